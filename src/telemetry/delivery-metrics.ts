import { Counter, Gauge, type Registry } from 'prom-client'
import type { DeliveryMeter, QueueGauge } from '../core/ports/delivery-ports.ts'
import { METRICS, type MetricName } from './metric-names.ts'
import { TallyHistogram } from './tally-histogram.ts'

export interface DeliveryMetrics extends DeliveryMeter {
  /** Says where to read, each time Prometheus asks, what waits. Where that fails, nothing is shown. */
  watchQueue(read: () => Promise<readonly QueueGauge[]>): void
}

/** Seconds. */
const CALL_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const LATENCY_BOUNDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600, 36_000]

export function registerDeliveryMetrics(registry: Registry): DeliveryMetrics {
  const registers = [registry]
  const labelNames = ['provider']
  const settled = new Counter({
    ...named('herald_deliveries_total'),
    labelNames: ['provider', 'outcome'],
    registers,
  })
  const calls = new TallyHistogram({
    ...named('herald_delivery_call_duration_seconds'),
    buckets: CALL_BOUNDS,
    labelNames,
    registers,
  })
  const latencies = new TallyHistogram({
    ...named('herald_delivery_latency_seconds'),
    buckets: LATENCY_BOUNDS,
    labelNames,
    registers,
  })
  const called = seriesBy(calls)
  const accepted = seriesBy(latencies)
  return {
    settled: (provider, outcome, count = 1) => settled.inc({ provider, outcome }, count),
    called: (provider, durationMs) => called(provider)(durationMs / 1000),
    accepted: (provider, sinceMs) => accepted(provider)(sinceMs / 1000),
    watchQueue: registerGauges(registry),
  }
}

function registerGauges(registry: Registry): DeliveryMetrics['watchQueue'] {
  let read: () => Promise<readonly QueueGauge[]> = async () => []
  let reading: Promise<readonly QueueGauge[]> | undefined
  // Three gauges of one scrape share a reading.
  const shared = () => {
    reading ??= read()
      .catch(() => [])
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  const gauge = (metric: MetricName, measure: (one: QueueGauge) => number) =>
    new Gauge({
      ...named(metric),
      labelNames: ['provider'],
      registers: [registry],
      async collect() {
        const gauges = await shared()
        this.reset()
        for (const one of gauges) this.set({ provider: one.provider }, measure(one))
      },
    })
  gauge('herald_deliveries_open', ({ open }) => open)
  gauge('herald_deliveries_overdue_seconds', ({ overdueMs }) => overdueMs / 1000)
  gauge('herald_circuit_open', ({ isCircuitOpen }) => (isCircuitOpen ? 1 : 0))
  return (reader) => {
    read = reader
  }
}

/** Providers come from the configuration, so the map stays small. */
function seriesBy(histogram: TallyHistogram): (provider: string) => (value: number) => void {
  const known = new Map<string, (value: number) => void>()
  return (provider) => {
    const series = known.get(provider) ?? histogram.series({ provider })
    known.set(provider, series)
    return series
  }
}

function named(name: MetricName): { name: MetricName; help: string } {
  return { name, help: METRICS[name] }
}
