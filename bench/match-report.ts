import { formatNumber, type Limit, type Table } from './report.ts'
import { bestOf, type Match, ratiosOf } from './rounds.ts'

/** What a match must reach. */
export interface MatchLimits {
  readonly throughput: number
  readonly aim?: number
  readonly p99: number
}

/** A line for each server and shape, each figure from its best round. */
export function matchTable(title: string, matches: readonly Match[]): Table {
  return {
    title: `${title} (each figure from the best of ${matches[0]?.bare.length} rounds)`,
    head: ['load', 'server', 'answers/s', 'CPU µs', 'Postgres µs', 'load µs', 'p50 ms', 'p99 ms'],
    rows: matches.flatMap(({ shape, bare, herald }) => [
      [shape.name, 'bare', ...cells(bestOf(bare))],
      [shape.name, 'herald', ...cells(bestOf(herald))],
    ]),
  }
}

/** The ratios of a match by name: `secret-8x100`, `secret-8x100-cpu`, `secret-8x100-p99`. */
export function matchLimits(
  name: string,
  matches: readonly Match[],
  { throughput, aim, p99 }: MatchLimits,
): readonly Limit[] {
  return matches.flatMap((match) => {
    const ratios = ratiosOf(match)
    const key = `${name}-${match.shape.name}`
    const limit = { least: throughput, ...(aim !== undefined && { aim }) }
    return [
      { name: key, ratio: ratios.throughput, ...limit },
      { name: `${key}-cpu`, ratio: ratios.cpu, ...limit },
      { name: `${key}-p99`, ratio: ratios.p99, most: p99 },
    ]
  })
}

/** Absolute figures by the same names. */
export function matchFigures(name: string, matches: readonly Match[]): Record<string, number> {
  return Object.fromEntries(
    matches.flatMap((match) => {
      const { shape, bare, herald } = match
      const limit = bestOf(bare)
      const measured = bestOf(herald)
      const key = `${name}-${shape.name}`
      return [
        [`${key}-per-second`, measured.perSecond],
        [`${key}-bare-per-second`, limit.perSecond],
        [`${key}-cpu-us`, measured.serverCpuUs],
        [`${key}-postgres-cpu-us`, measured.postgresCpuUs],
        [`${key}-p99-ms`, measured.p99Ms],
        [`${key}-median-of-paired-rounds`, ratiosOf(match).paired],
      ]
    }),
  )
}

function cells(best: ReturnType<typeof bestOf>): readonly string[] {
  const { perSecond, serverCpuUs, postgresCpuUs, loadCpuUs, p50Ms, p99Ms } = best
  return [perSecond, serverCpuUs, postgresCpuUs, loadCpuUs, p50Ms, p99Ms].map(formatNumber)
}
