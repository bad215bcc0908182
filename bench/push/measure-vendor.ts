import { formatNumber, type Limit, type Table } from '../report.ts'
import type { SendResult } from './push-messages.ts'
import { type ContestantProcess, startContestant, startPeer } from './push-processes.ts'
import type { PushVendor } from './vendor.ts'
import { loadVendor } from './vendors.ts'

export interface MeasureOptions {
  readonly rounds: number
  /** In a round, of each contestant. */
  readonly sends: number
  /** How many are under way at once: as many as a worker of Herald's has. */
  readonly inFlight: number
  /** How many Herald sends in all, for its memory. */
  readonly sendsForMemory: number
}

export interface VendorFinding {
  readonly tables: readonly Table[]
  readonly limits: readonly Limit[]
  readonly figures: Readonly<Record<string, number>>
}

/** Lets all contestants send by turns, each in its own process, and compares their CPU. */
export async function measureVendor(name: string, options: MeasureOptions): Promise<VendorFinding> {
  const vendor = await loadVendor(name)
  const peer = await startPeer(name, 0)
  const entries = vendor.contestants.map(
    (contestant) => [contestant.name, startContestant(name, contestant.name, peer.facts)] as const,
  )
  try {
    const results = await playRounds(entries, options)
    const memory = await measureMemory(entries, options)
    return finding(name, vendor, results, memory)
  } finally {
    for (const [, contestant] of entries) await contestant.stop()
    await peer.stop()
  }
}

type Entries = readonly (readonly [string, ContestantProcess])[]
type Results = ReadonlyMap<string, readonly SendRate[]>

interface SendRate {
  /** For a second of the sender's CPU. */
  readonly perCoreSecond: number
  readonly perSecond: number
}

async function playRounds(entries: Entries, options: MeasureOptions): Promise<Results> {
  const results = new Map<string, SendRate[]>(entries.map(([name]) => [name, []]))
  // The first round is for warming up, and counts for nobody.
  for (let round = 0; round <= options.rounds; round++) {
    for (const [name, contestant] of entries) {
      const { sends, inFlight } = options
      const plan = { from: round * sends, sends, inFlight, collects: false }
      const result = await contestant.send(plan)
      if (round > 0) results.get(name)?.push(rateOf(result, sends))
    }
  }
  return results
}

function rateOf({ cpuUs, wallMs }: SendResult, sends: number): SendRate {
  return { perCoreSecond: (sends / cpuUs) * 1e6, perSecond: (sends / wallMs) * 1e3 }
}

interface Memory {
  readonly sends: number
  readonly earlyBytes: number
  readonly lateBytes: number
}

/** What Herald's sender holds after a tenth of its sends, and at their end. */
async function measureMemory(entries: Entries, options: MeasureOptions): Promise<Memory> {
  const [, herald] = entries.find(([name]) => name === 'herald') ?? []
  if (herald === undefined) throw new Error('herald takes no part')
  const { sendsForMemory, inFlight } = options
  const tenth = Math.ceil(sendsForMemory / 10)
  const from = (options.rounds + 1) * options.sends
  const common = { inFlight, collects: true }
  const early = await herald.send({ ...common, from, sends: tenth })
  const rest = { from: from + tenth, sends: sendsForMemory - tenth }
  const late = await herald.send({ ...common, ...rest })
  return { sends: sendsForMemory, earlyBytes: early.rssBytes, lateBytes: late.rssBytes }
}

function finding(
  name: string,
  vendor: PushVendor,
  results: Results,
  memory: Memory,
): VendorFinding {
  const best: Best = (contestant, of) =>
    Math.max(...(results.get(contestant) ?? []).map((rate) => rate[of]))
  const growth = memory.lateBytes / memory.earlyBytes
  const speeds = vendor.contestants.map((one) => [
    `${name}-${one.name}-per-core`,
    best(one.name, 'perCoreSecond'),
  ])
  return {
    tables: [ratesTable(vendor, best), memoryTable(vendor, memory)],
    limits: [
      ...vendor.aims.map(({ of, least, aim }) => ({
        name: `${name}-of-${of}`,
        ratio: best('herald', 'perCoreSecond') / best(of, 'perCoreSecond'),
        least,
        aim,
      })),
      { name: `${name}-memory`, ratio: growth, most: 1.2 },
    ],
    figures: Object.fromEntries([
      ...speeds,
      [`${name}-memory-sends`, memory.sends],
      [`${name}-memory-mib`, memory.lateBytes / BYTES_PER_MEBIBYTE],
    ]),
  }
}

const BYTES_PER_MEBIBYTE = 1_048_576

/** The best round of a contestant. */
type Best = (contestant: string, of: keyof SendRate) => number

function ratesTable({ title, contestants }: PushVendor, best: Best): Table {
  return {
    title: `${title}: notifications for a second of the sender's CPU, the best of each`,
    head: ['sender', 'per core', 'CPU µs', 'per second', 'herald is', 'pointed at the peer by'],
    rows: contestants.map(({ name, pointed }) => {
      const perCore = best(name, 'perCoreSecond')
      const share = best('herald', 'perCoreSecond') / perCore
      const numbers = [perCore, 1e6 / perCore, best(name, 'perSecond'), share]
      return [name, ...numbers.map(formatNumber), pointed]
    }),
  }
}

function memoryTable({ title }: PushVendor, { sends, earlyBytes, lateBytes }: Memory): Table {
  const mebibytes = [earlyBytes, lateBytes].map((bytes) => bytes / BYTES_PER_MEBIBYTE)
  return {
    title: `${title}: memory of herald's sender, MiB of RSS without garbage`,
    head: ['sends', 'after a tenth', 'at the end'],
    rows: [[sends.toLocaleString('en-US'), ...mebibytes.map(formatNumber)]],
  }
}
