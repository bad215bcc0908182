// Runs a vendor's peer until its parent goes: `peer-process.ts apns 0`.
import { loadVendor } from './vendors.ts'

const [, , vendor = '', latencyMs = '0'] = process.argv

const peer = await (await loadVendor(vendor)).startPeer(Number(latencyMs))
process.once('disconnect', () => void peer.close())
process.send?.({ facts: peer.facts })
