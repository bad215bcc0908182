import { describe, expect, it } from 'vitest'
import { closeAfterEach, startBroker } from '../../../support/broker-world.ts'
import { callManagement, MANAGEMENT } from '../../../support/management-calls.ts'
import { createManualClock } from '../../../support/manual-clock.ts'

closeAfterEach()

describe('the management API', () => {
  it.each([
    ['a wrong secret', 'herald:wrong'],
    ['a key that is not there', 'nobody:a secret of sixteen'],
    ['the name of what every object has', 'constructor:a secret of sixteen'],
  ])('refuses %s', async (_, credentials) => {
    const { broker } = await startBroker({ management: MANAGEMENT })

    const answer = await callManagement(broker, 'GET', '/nodes', undefined, credentials)

    expect(answer).toEqual({
      status: 401,
      body: { code: 'BAD_API_KEY_OR_SECRET', message: 'Check api_key/api_secret' },
    })
  })

  it('refuses who has no key, but says to everybody that it runs', async () => {
    const { broker } = await startBroker({ management: MANAGEMENT })

    const closed = await fetch(`${broker.management.url}/api/v5/nodes`)
    const open = await fetch(`${broker.management.url}/api/v5/status`)

    expect(await closed.json()).toEqual({
      code: 'AUTHORIZATION_HEADER_ERROR',
      message: 'Support authorization: basic/bearer ',
    })
    expect(await open.text()).toBe('Node herald-demo@127.0.0.1 is started\nemqx is running')
  })

  it('counts calls by route, and how many were under way at once', async () => {
    const { broker } = await startBroker({ management: MANAGEMENT })

    await Promise.all(
      ['a', 'b'].map((id) => callManagement(broker, 'GET', `/clients/${encodeURIComponent(id)}`)),
    )
    await callManagement(broker, 'GET', '/nodes')

    expect(Object.fromEntries(broker.management.calls)).toEqual({
      'GET /clients/:clientid': 2,
      'GET /nodes': 1,
    })
    expect(broker.management.underWayMax).toBeGreaterThanOrEqual(1)
  })

  it('fails as it is told to, until it is told otherwise', async () => {
    const { broker } = await startBroker({ management: MANAGEMENT })
    const nodes = () => callManagement(broker, 'GET', '/nodes')

    broker.fail({ management: { kind: 'status', status: 503 } })
    expect((await nodes()).status).toBe(503)
    broker.fail({ management: { kind: 'down' } })
    await expect(nodes()).rejects.toThrow('fetch failed')
    broker.fail({})

    expect((await nodes()).status).toBe(200)
  })

  it('is as slow as it is told to be', async () => {
    const clock = createManualClock()
    const { broker } = await startBroker({ management: MANAGEMENT, clock })
    broker.fail({ management: { kind: 'slow', ms: 5_000 } })

    const asked = clock.asked(5_000)
    const nodes = callManagement(broker, 'GET', '/nodes')
    await asked
    clock.advance(5_000)

    expect((await nodes).status).toBe(200)
  })

  it('says 404 to what it does not know, and 400 to what is no JSON', async () => {
    const { broker } = await startBroker({ management: MANAGEMENT })

    const unknown = await callManagement(broker, 'GET', '/nothing')
    const noPath = await callManagement(broker, 'GET', '//')
    const garbled = await callManagement(broker, 'POST', '/publish', '{')

    expect([unknown.status, noPath.status, garbled.status]).toEqual([404, 404, 400])
  })
})
