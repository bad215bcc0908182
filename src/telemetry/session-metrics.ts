import { Counter, Gauge, type Registry } from 'prom-client'
import type { RepairMeter } from '../core/ports/repair-ports.ts'
import type { SessionGauge } from '../core/ports/session-ports.ts'
import { METRICS, type MetricName } from './metric-names.ts'

export interface SessionMetrics extends RepairMeter {
  /** `outcome` is the kind of the broker's answer. */
  called(call: string, outcome: string): void
  /** Says where to read, each time Prometheus asks, what waits. Where that fails, nothing is shown. */
  watchSessions(read: () => Promise<SessionGauge>): void
}

export function registerSessionMetrics(registry: Registry): SessionMetrics {
  const registers = [registry]
  const calls = new Counter({
    ...named('herald_broker_calls_total'),
    labelNames: ['call', 'outcome'],
    registers,
  })
  const mended = new Counter({
    ...named('herald_drift_mended_total'),
    labelNames: ['what'],
    registers,
  })
  return {
    called: (call, outcome) => calls.inc({ call, outcome }),
    mended: (what, count) => mended.inc({ what }, count),
    watchSessions: registerGauges(registry),
  }
}

function registerGauges(registry: Registry): SessionMetrics['watchSessions'] {
  let read: () => Promise<SessionGauge | undefined> = async () => undefined
  let reading: Promise<SessionGauge | undefined> | undefined
  // Both gauges of one scrape share a reading.
  const shared = () => {
    reading ??= read()
      .catch(() => undefined)
      .finally(() => {
        reading = undefined
      })
    return reading
  }
  gauge(registry, 'herald_sessions_waiting', async () => (await shared())?.waiting)
  gauge(registry, 'herald_sessions_waiting_seconds', async () => {
    const found = await shared()
    return found && found.oldestMs / 1000
  })
  return (reader) => {
    read = reader
  }
}

function gauge(
  registry: Registry,
  metric: MetricName,
  read: () => Promise<number | undefined>,
): void {
  new Gauge({
    ...named(metric),
    registers: [registry],
    async collect() {
      const value = await read()
      this.reset()
      if (value !== undefined) this.set(value)
    },
  })
}

function named(name: MetricName): { name: MetricName; help: string } {
  return { name, help: METRICS[name] }
}
