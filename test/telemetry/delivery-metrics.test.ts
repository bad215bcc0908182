import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/telemetry/metrics.ts'

describe('the metrics of deliveries', () => {
  it('count by provider and outcome, and time calls and the whole way', async () => {
    const { deliveries, expose } = createMetrics()

    deliveries.settled('stub', 'sent')
    deliveries.settled('stub', 'sent', 2)
    deliveries.called('stub', 40)
    deliveries.accepted('stub', 400)

    const { body } = await expose()
    expect(body).toContain('herald_deliveries_total{provider="stub",outcome="sent"} 3')
    expect(body).toContain('herald_delivery_call_duration_seconds_sum{provider="stub"} 0.04')
    expect(body).toContain('herald_delivery_latency_seconds_sum{provider="stub"} 0.4')
  })

  it('show what waits at each provider, read when they are asked', async () => {
    const { deliveries, expose } = createMetrics()
    let readings = 0
    deliveries.watchQueue(async () => {
      readings++
      return [{ provider: 'stub', open: 7, overdueMs: 1_500, isCircuitOpen: true }]
    })

    const { body } = await expose()

    expect(body).toContain('herald_deliveries_open{provider="stub"} 7')
    expect(body).toContain('herald_deliveries_overdue_seconds{provider="stub"} 1.5')
    expect(body).toContain('herald_circuit_open{provider="stub"} 1')
    expect(readings).toBe(1)
  })

  it('show nothing that waits where it can not be read', async () => {
    const { deliveries, expose } = createMetrics()
    deliveries.watchQueue(() => Promise.reject(new Error('Postgres is away')))

    expect((await expose()).body).not.toContain('herald_deliveries_open{')
  })
})
