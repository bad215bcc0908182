import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { CallbackMeter } from '../core/ports/callback-desk.ts'
import type { EventMeter } from '../core/ports/event-ports.ts'
import type { HookMeter, HookQuestion } from '../core/ports/hook-ports.ts'
import { type DeliveryMetrics, registerDeliveryMetrics } from './delivery-metrics.ts'
import { createEventMeter } from './event-metrics.ts'
import { METRICS, type MetricName } from './metric-names.ts'
import { registerSessionMetrics, type SessionMetrics } from './session-metrics.ts'
import { TallyHistogram } from './tally-histogram.ts'

/** A pool of connections, as far as it can be measured. */
export interface MeasuredPool {
  readonly totalCount: number
  readonly idleCount: number
  readonly waitingCount: number
  /** Called for each idle connection that breaks. */
  on(event: 'error', listener: () => void): unknown
}

export interface Metrics extends HookMeter, EventMeter {
  readonly callbacks: CallbackMeter
  countRetired(addresses: number): void
  /** The text that Prometheus reads. */
  expose(): Promise<{ readonly contentType: string; readonly body: string }>
  /** Returns how to count the questions that share a query. */
  batchSizes(question: HookQuestion): (size: number) => void
  watchPool(name: string, pool: MeasuredPool): void
  readonly deliveries: DeliveryMetrics
  readonly sessions: SessionMetrics
  /** Connects and disconnects of clients that are no devices, or not of the user they name. */
  countPresenceSkipped(events: number): void
}

/** Seconds; topic questions take a millisecond or two, argon2 a few dozen. */
const DURATION_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5]
const BATCH_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256]

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const pools = new Map<string, MeasuredPool>()
  const tallies = new Map<string, Tally>()
  const durations = histogram(registry, 'herald_question_duration_seconds', DURATION_BOUNDS, [
    'dialect',
    'question',
  ])
  const batches = histogram(registry, 'herald_question_batch_size', BATCH_BOUNDS, ['question'])
  const observers = new Map<string, (seconds: number) => void>()
  registerTallies(registry, tallies)
  registerPools(registry, pools)
  const poolErrors = new Counter({
    ...named('herald_pool_errors_total'),
    labelNames: ['pool'],
    registers: [registry],
  })
  const presenceSkipped = new Counter({
    ...named('herald_presence_skipped_total'),
    registers: [registry],
  })
  const callbacks = new Counter({
    ...named('herald_callbacks_total'),
    labelNames: ['provider', 'result'],
    registers: [registry],
  })
  const retired = new Counter({
    ...named('herald_addresses_retired_total'),
    registers: [registry],
  })

  return {
    ...createEventMeter(registry),
    callbacks: { called: (provider, result) => callbacks.inc({ provider, result }) },
    countRetired: (addresses) => retired.inc(addresses),
    answered(dialect, question, verdict, durationMs, reason) {
      // Closed lists make up the keys, so the maps stay small.
      const key = `${dialect} ${question} ${verdict} ${reason ?? ''}`
      const tally = tallies.get(key)
      if (tally === undefined) {
        tallies.set(key, { dialect, question, verdict, reason, count: 1 })
      } else {
        tally.count++
      }
      observerOf(observers, durations, dialect, question)(durationMs / 1000)
    },
    batchSizes: (question) => batches.series({ question }),
    countPresenceSkipped: (events) => presenceSkipped.inc(events),
    deliveries: registerDeliveryMetrics(registry),
    sessions: registerSessionMetrics(registry),
    watchPool(name, pool) {
      pools.set(name, pool)
      // A series that is there from the start shows its first increase.
      poolErrors.inc({ pool: name }, 0)
      pool.on('error', () => poolErrors.inc({ pool: name }))
    },
    expose: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  }
}

interface Tally {
  readonly dialect: string
  readonly question: HookQuestion
  readonly verdict: string
  readonly reason: string | undefined
  count: number
}

function named(name: MetricName): { name: MetricName; help: string } {
  return { name, help: METRICS[name] }
}

function histogram(registry: Registry, name: MetricName, buckets: number[], labelNames: string[]) {
  return new TallyHistogram({ ...named(name), buckets, labelNames, registers: [registry] })
}

function observerOf(
  observers: Map<string, (seconds: number) => void>,
  durations: TallyHistogram,
  dialect: string,
  question: HookQuestion,
): (seconds: number) => void {
  const key = dialect + question
  const known = observers.get(key)
  if (known !== undefined) return known
  const observe = durations.series({ dialect, question })
  observers.set(key, observe)
  return observe
}

/** Counters that are counted in `answered` and copied out when Prometheus asks. */
function registerTallies(registry: Registry, tallies: ReadonlyMap<string, Tally>): void {
  new Counter({
    ...named('herald_questions_total'),
    labelNames: ['dialect', 'question', 'verdict'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { dialect, question, verdict, count } of tallies.values()) {
        this.inc({ dialect, question, verdict }, count)
      }
    },
  })
  new Counter({
    ...named('herald_question_refusals_total'),
    labelNames: ['dialect', 'question', 'reason'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { dialect, question, reason, count } of tallies.values()) {
        if (reason !== undefined) this.inc({ dialect, question, reason }, count)
      }
    },
  })
}

function registerPools(registry: Registry, pools: ReadonlyMap<string, MeasuredPool>): void {
  new Gauge({
    ...named('herald_pool_connections'),
    labelNames: ['pool', 'state'],
    registers: [registry],
    collect() {
      for (const [pool, { totalCount, idleCount }] of pools) {
        this.set({ pool, state: 'idle' }, idleCount)
        this.set({ pool, state: 'busy' }, totalCount - idleCount)
      }
    },
  })
  new Gauge({
    ...named('herald_pool_waiting'),
    labelNames: ['pool'],
    registers: [registry],
    collect() {
      for (const [pool, { waitingCount }] of pools) this.set({ pool }, waitingCount)
    },
  })
}
