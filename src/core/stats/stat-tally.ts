import type { StatMetric, StatRow } from './stat.ts'

/** Counts what happens in this process until it is written down. */
export interface StatTally {
  count(metric: StatMetric, provider: string, label: string, count: number): void
  /** What has been counted since the last time. */
  drain(): readonly StatRow[]
  /** Takes back what could not be written. */
  putBack(rows: readonly StatRow[]): void
}

const MINUTE_MS = 60_000

/** While nothing can be written, more than a day of it is kept. */
const ROWS_MAX = 100_000

/** Names are from closed lists and the configuration, so there are a few dozen rows a minute. */
export function createStatTally(now: () => number): StatTally {
  const rows = new Map<string, StatRow & { total: number }>()

  function add(row: StatRow): void {
    const { metric, minuteMs, provider, label, total } = row
    const key = `${minuteMs} ${metric} ${provider} ${label}`
    const known = rows.get(key)
    if (known !== undefined) known.total += total
    else if (rows.size < ROWS_MAX) rows.set(key, { ...row })
  }

  return {
    count(metric, provider, label, total) {
      const minuteMs = Math.floor(now() / MINUTE_MS) * MINUTE_MS
      add({ metric, minuteMs, provider, label, total, samples: 0 })
    },
    drain() {
      const drained = [...rows.values()]
      rows.clear()
      return drained
    },
    putBack(undone) {
      for (const row of undone) add(row)
    },
  }
}
