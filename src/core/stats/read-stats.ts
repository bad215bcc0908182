import { DomainError } from '../domain-error.ts'
import type { QueueGauge } from '../ports/delivery-ports.ts'
import type { StatStore } from '../ports/stat-store.ts'
import type { StatMetric, StatSeries, StatStep } from './stat.ts'

export interface SeriesQuestion {
  readonly metric: StatMetric
  readonly step: StatStep
  readonly fromMs: number
  readonly toMs: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

const STEP_MS: Readonly<Record<StatStep, number>> = { minute: 60_000, hour: HOUR_MS, day: DAY_MS }

/** Points of one series: a day of minutes, two months of hours. */
export const POINTS_MAX = 1_500

export async function readSeries(
  store: StatStore,
  { metric, step, fromMs, toMs }: SeriesQuestion,
): Promise<readonly StatSeries[]> {
  const points = (toMs - fromMs) / STEP_MS[step]
  // Written so that what is no number is refused as well.
  if (!(points > 0 && points <= POINTS_MAX)) {
    const message = `from must be before to, with at most ${POINTS_MAX} steps of a ${step} between them`
    throw new DomainError('INVALID_TIME', message, 'from')
  }
  return store.series(metric, step, fromMs, toMs)
}

/** The numbers of a dashboard. */
export interface StatsNow {
  readonly onlineUsers: number | undefined
  readonly onlineDevices: number | undefined
  readonly lastHour: StatSums
  readonly lastDay: StatSums
  readonly queue: readonly QueueGauge[]
}

export interface StatSums {
  readonly messages: number
  readonly deliveries: readonly {
    readonly provider: string
    readonly outcome: string
    readonly count: number
  }[]
}

/** A sample that is older says nothing of now. */
const SAMPLE_AGE_MS = 600_000

export async function readStats(
  store: StatStore,
  readQueue: (nowMs: number) => Promise<readonly QueueGauge[]>,
  nowMs: number,
): Promise<StatsNow> {
  const newest = async (metric: StatMetric) => {
    const [series] = await store.series(metric, 'minute', nowMs - SAMPLE_AGE_MS, nowMs)
    return series?.points.at(-1)?.value
  }
  return {
    onlineUsers: await newest('online-users'),
    onlineDevices: await newest('online-devices'),
    lastHour: await sumsSince(store, 'minute', nowMs - HOUR_MS, nowMs),
    lastDay: await sumsSince(store, 'hour', nowMs - DAY_MS, nowMs),
    queue: await readQueue(nowMs),
  }
}

/** What happened since, by the steps that there are. */
async function sumsSince(
  store: StatStore,
  step: StatStep,
  fromMs: number,
  toMs: number,
): Promise<StatSums> {
  const messages = await store.series('messages', step, fromMs, toMs)
  const deliveries = await store.series('deliveries', step, fromMs, toMs)
  return {
    messages: sum(messages[0]),
    deliveries: deliveries.map((series) => ({
      provider: series.provider,
      outcome: series.label,
      count: sum(series),
    })),
  }
}

function sum(series: StatSeries | undefined): number {
  return series?.points.reduce((total, { value }) => total + value, 0) ?? 0
}
