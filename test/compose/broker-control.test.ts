import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { composeBrokerControl } from '../../src/compose/broker-control.ts'
import type { BrokerApiConfig } from '../../src/config/config.ts'
import { BROKER_CIRCUIT } from '../../src/core/broker/guarded-control.ts'
import { startReplayedApi } from '../support/api-peer.ts'
import { closeAfterEach, closeLater, startBroker } from '../support/broker-world.ts'
import { API_KEY, MANAGEMENT } from '../support/management-calls.ts'

closeAfterEach()

const never = new AbortController().signal

function composed(url: string, generation: BrokerApiConfig['generation']) {
  const logged: string[] = []
  const log = pino({}, { write: (line) => void logged.push(line) })
  const brokerApi = { url, ...API_KEY, generation, concurrency: 2 }
  const control = composeBrokerControl({ brokerApi }, log)
  closeLater(() => control?.close())
  return { control, logged }
}

describe('what acts on the broker', () => {
  it('is nothing where the configuration does not say how', () => {
    expect(composeBrokerControl({}, pino({ enabled: false }))).toBeUndefined()
  })

  it('speaks the API of EMQX 5', async () => {
    const { broker } = await startBroker({ management: MANAGEMENT })
    const { control } = composed(broker.management.url, '5')

    expect(await control?.capabilities(never)).toMatchObject({ value: { generation: 'emqx5' } })
  })

  it('speaks the API of EMQX 4', async () => {
    const peer = await startReplayedApi('emqx-4.4.19/v4_05_rest', '/api/v4')
    closeLater(() => peer.close())
    const { control } = composed(peer.url, '4')

    expect(await control?.capabilities(never)).toMatchObject({ value: { generation: 'emqx4' } })
  })

  it('leaves a broker alone that does not answer, and says so once', async () => {
    const { broker } = await startBroker({ management: MANAGEMENT })
    const { control, logged } = composed(broker.management.url, '5')
    broker.fail({ management: { kind: 'status', status: 500 } })

    for (let index = 0; index < BROKER_CIRCUIT.failuresMin + 3; index++) {
      await control?.clearTopicCaches(never)
    }

    expect(broker.management.calls.get('DELETE /authorization/cache')).toBe(
      BROKER_CIRCUIT.failuresMin,
    )
    expect(logged).toHaveLength(1)
    expect(logged[0]).toContain('left alone')
    expect(logged[0]).not.toContain(API_KEY.secret)
  })
})
