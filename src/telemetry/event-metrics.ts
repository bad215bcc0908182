import { Counter, type Registry } from 'prom-client'
import type { EventLabel, EventMeter, EventResult } from '../core/ports/event-ports.ts'
import { METRICS } from './metric-names.ts'
import { TallyHistogram } from './tally-histogram.ts'

const BATCH_BOUNDS = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
/** Seconds; a group's message to 100,000 members takes some. */
const COMMIT_BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

interface Tally {
  readonly dialect: string
  readonly event: EventLabel
  readonly result: EventResult
  count: number
}

/** Counts events and the transactions that store them. */
export function createEventMeter(registry: Registry): EventMeter {
  const tallies = new Map<string, Tally>()
  registerTallies(registry, tallies)
  const observeSize = histogramOf(registry, 'herald_event_batch_size', BATCH_BOUNDS)
  const observeDuration = histogramOf(
    registry,
    'herald_event_commit_duration_seconds',
    COMMIT_BOUNDS,
  )
  return {
    counted(dialect, event, result, count = 1) {
      // Closed lists make up the keys, so the map stays small.
      const key = `${dialect} ${event} ${result}`
      const tally = tallies.get(key)
      if (tally === undefined) tallies.set(key, { dialect, event, result, count })
      else tally.count += count
    },
    batchStored(events, durationMs) {
      observeSize(events)
      observeDuration(durationMs / 1000)
    },
  }
}

/** Copied out when Prometheus asks. */
function registerTallies(registry: Registry, tallies: ReadonlyMap<string, Tally>): void {
  new Counter({
    name: 'herald_events_total',
    help: METRICS.herald_events_total,
    labelNames: ['dialect', 'event', 'result'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { dialect, event, result, count } of tallies.values()) {
        this.inc({ dialect, event, result }, count)
      }
    },
  })
}

function histogramOf(
  registry: Registry,
  name: 'herald_event_batch_size' | 'herald_event_commit_duration_seconds',
  buckets: number[],
): (value: number) => void {
  const options = { name, help: METRICS[name], buckets, labelNames: [], registers: [registry] }
  return new TallyHistogram(options).series({})
}
