import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import {
  POINTS_MAX,
  type SeriesQuestion,
  type StatSums,
  type StatsNow,
} from '../../core/stats/read-stats.ts'
import { STAT_METRICS, STAT_STEPS, type StatSeries } from '../../core/stats/stat.ts'
import { read } from '../operation.ts'
import { readTime } from '../read-time.ts'
import { choice, named, nullable, parameters, Time } from '../schemas.ts'

export interface StatRoutesOptions {
  readonly stats: {
    now(): Promise<StatsNow>
    series(question: SeriesQuestion): Promise<readonly StatSeries[]>
  }
}

const Sums = named(
  'StatSums',
  {
    messages: Type.Integer({ description: 'That brokers reported and Herald stored.' }),
    deliveries: Type.Array(
      named(
        'SettledDeliveries',
        { provider: Type.String(), outcome: Type.String(), count: Type.Integer() },
        'Deliveries that were settled.',
      ),
    ),
  },
  'What happened in a time.',
)

const StatsBody = named(
  'Stats',
  {
    onlineUsers: nullable(Type.Integer({ description: 'A sample of at most ten minutes ago.' })),
    onlineDevices: nullable(Type.Integer()),
    lastHour: Sums,
    lastDay: Sums,
    queue: Type.Array(
      named(
        'Waiting',
        {
          provider: Type.String(),
          waiting: Type.Integer(),
          overdueSeconds: Type.Number(),
          isCircuitOpen: Type.Boolean(),
        },
        'What waits at a provider.',
      ),
    ),
  },
  'The numbers of a dashboard.',
)

const SeriesBody = named(
  'StatSeriesList',
  {
    series: Type.Array(
      named(
        'StatSeries',
        {
          provider: nullable(Type.String()),
          label: nullable(Type.String({ description: 'Of deliveries their outcome.' })),
          points: Type.Array(
            named('StatPoint', { at: Time, value: Type.Number() }, 'From then on for a step.'),
          ),
        },
        'One line of a chart. Where nothing was noted there is no point.',
      ),
    ),
  },
  'A metric over time, by provider and label.',
)

const querystring = parameters({
  metric: choice(STAT_METRICS, 'What is counted is summed up, what is sampled is its mean.'),
  from: Time,
  to: Time,
  step: Type.Optional(
    choice(
      STAT_STEPS,
      `At most ${POINTS_MAX} steps; minutes are kept for a week, hours for a year.`,
    ),
  ),
})

export const statRoutes: FastifyPluginAsyncTypebox<StatRoutesOptions> = async (app, { stats }) => {
  app.get(
    '/stats',
    read('stats', 'readStats', 'Reads the numbers of a dashboard.', {
      response: { 200: StatsBody },
    }),
    async () => statsBody(await stats.now()),
  )

  app.get(
    '/stats/series',
    read('stats', 'readStatSeries', 'Reads a metric over time.', {
      querystring,
      response: { 200: SeriesBody },
    }),
    async ({ query: { metric, from, to, step = 'hour' } }) => {
      const [fromMs, toMs] = [readTime('from', from), readTime('to', to)]
      const series = await stats.series({ metric, step, fromMs, toMs })
      return { series: series.map(seriesBody) }
    },
  )
}

function statsBody({ onlineUsers, onlineDevices, ...stats }: StatsNow): Static<typeof StatsBody> {
  return {
    onlineUsers: onlineUsers ?? null,
    onlineDevices: onlineDevices ?? null,
    lastHour: sumsBody(stats.lastHour),
    lastDay: sumsBody(stats.lastDay),
    queue: stats.queue.map(({ provider, open, overdueMs, isCircuitOpen }) => ({
      provider,
      waiting: open,
      overdueSeconds: overdueMs / 1000,
      isCircuitOpen,
    })),
  }
}

function sumsBody({ messages, deliveries }: StatSums): Static<typeof Sums> {
  return { messages, deliveries: deliveries.map((one) => ({ ...one })) }
}

function seriesBody({ provider, label, points }: StatSeries) {
  return {
    provider: provider === '' ? null : provider,
    label: label === '' ? null : label,
    points: points.map(({ atMs, value }) => ({ at: new Date(atMs).toISOString(), value })),
  }
}
