import type { StatMetric, StatRow, StatSeries, StatStep } from '../stats/stat.ts'

export interface StatStore {
  /** Adds to what is there already. */
  add(rows: readonly StatRow[]): Promise<void>
  /** Says who is online and what waits, by a look at it; one replica at a time. False for the others. */
  sample(nowMs: number): Promise<boolean>
  /** Makes hours of minutes, again where minutes came late, and forgets what is old. */
  rollUp(nowMs: number): Promise<void>
  /** From `fromMs` (not before) to `toMs`, by provider and label. */
  series(
    metric: StatMetric,
    step: StatStep,
    fromMs: number,
    toMs: number,
  ): Promise<readonly StatSeries[]>
}
