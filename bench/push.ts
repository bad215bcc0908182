import type { Bench } from './bench.ts'
import { measureVendor, type VendorFinding } from './push/measure-vendor.ts'
import { VENDOR_NAMES } from './push/vendors.ts'
import { measureWholeWay } from './push/whole-way.ts'

/** A worker of Herald's has as many calls under way. */
const IN_FLIGHT = 100

/** Each push service at a local peer: Herald's way to it against what else there is. */
export const push: Bench = async (tools) => {
  const { options, say } = tools
  const findings: VendorFinding[] = []
  for (const vendor of VENDOR_NAMES) {
    say(`${vendor}: ${options.rounds} rounds of each sender`)
    const finding = await measureVendor(vendor, {
      rounds: options.rounds,
      sends: options.isQuick ? 5_000 : 40_000,
      inFlight: IN_FLIGHT,
      sendsForMemory: options.isQuick ? 30_000 : 1_000_000,
    })
    findings.push(finding)
  }
  const way = await measureWholeWay(tools)
  return {
    bench: 'push',
    tables: [...findings.flatMap(({ tables }) => tables), way.table],
    limits: [...findings.flatMap(({ limits }) => limits), ...way.limits],
    figures: Object.assign({}, ...findings.map(({ figures }) => figures), way.figures),
  }
}
