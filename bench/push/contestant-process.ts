// Sends as often as its parent says: `contestant-process.ts apns herald '{"port":"…"}'`.
import { Value } from 'typebox/value'
import { PeerReady, SendPlan, type SendReply } from './push-messages.ts'
import type { PushSender } from './vendor.ts'
import { loadVendor } from './vendors.ts'

const [, , vendor = '', name = '', facts = '{}'] = process.argv

const { contestants } = await loadVendor(vendor)
const contestant = contestants.find((one) => one.name === name)
if (contestant === undefined) throw new Error(`no contestant ${name} at ${vendor}`)
const sender = await contestant.open(Value.Parse(PeerReady, { facts: JSON.parse(facts) }).facts)

process.once('disconnect', () => void sender.close())
process.on('message', async (message) => {
  process.send?.(await measure(sender, Value.Parse(SendPlan, message)))
})

async function measure(sender: PushSender, plan: SendPlan): Promise<SendReply> {
  try {
    const startedAt = performance.now()
    const cpuBefore = process.cpuUsage()
    await sendAll(sender, plan)
    const { user, system } = process.cpuUsage(cpuBefore)
    const wallMs = performance.now() - startedAt
    if (plan.collects) globalThis.gc?.({ type: 'major', execution: 'sync', flavor: 'last-resort' })
    return { kind: 'sent', cpuUs: user + system, wallMs, rssBytes: process.memoryUsage().rss }
  } catch (error) {
    return { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
  }
}

async function sendAll(sender: PushSender, { from, sends, inFlight }: SendPlan): Promise<void> {
  let next = from
  const lane = async () => {
    while (next < from + sends) await sender.send(next++)
  }
  await Promise.all(Array.from({ length: inFlight }, lane))
}
