/** What is counted: so many in a time. */
const COUNTED = ['messages', 'deliveries'] as const
/** What is sampled: how it stands, every minute. */
const SAMPLED = ['online-users', 'online-devices', 'waiting', 'overdue-ms'] as const

export const STAT_METRICS = [...COUNTED, ...SAMPLED] as const
export type StatMetric = (typeof STAT_METRICS)[number]

export const STAT_STEPS = ['minute', 'hour', 'day'] as const
export type StatStep = (typeof STAT_STEPS)[number]

/** A number of one metric in one minute. */
export interface StatRow {
  readonly metric: StatMetric
  readonly minuteMs: number
  /** Empty where it is of none. */
  readonly provider: string
  /** Of deliveries their outcome; else empty. */
  readonly label: string
  /** Of what is sampled, the sum of the samples. */
  readonly total: number
  readonly samples: number
}

export interface StatSeries {
  readonly provider: string
  readonly label: string
  /** In order; where nothing was written there is none. */
  readonly points: readonly StatPoint[]
}

export interface StatPoint {
  readonly atMs: number
  /** How many, or of what is sampled the mean. */
  readonly value: number
}

export function isSampled(metric: StatMetric): boolean {
  return SAMPLED.some((one) => one === metric)
}
