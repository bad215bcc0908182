import { describe, expect, it } from 'vitest'
import { measureVendor } from '../../../bench/push/measure-vendor.ts'
import { VENDOR_NAMES } from '../../../bench/push/vendors.ts'
import { sized } from '../../support/size.ts'

describe('the comparison of senders', () => {
  it.each(VENDOR_NAMES)('lets everybody send to a peer of %s', async (vendor) => {
    const options = { rounds: 1, sends: 50, inFlight: 10 }
    const sendsForMemory = sized(1_000, 1_000_000)

    const { tables, limits, figures } = await measureVendor(vendor, { ...options, sendsForMemory })

    const [rates] = tables
    const speeds = Object.entries(figures).filter(([name]) => name.endsWith('-per-core'))
    expect(rates?.rows.map(([name]) => name)).toContain('herald')
    expect(speeds).toHaveLength(rates?.rows.length ?? 0)
    for (const [, perCore] of speeds) expect(perCore).toBeGreaterThan(0)
    // How they compare is for a machine with nothing else to do; what is held on to is not.
    expect(limits.find(({ name }) => name === `${vendor}-memory`)?.ratio).toBeLessThan(1.5)
  })
})
