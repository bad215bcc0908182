import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { applySetup } from '../../src/broker/provisioning/apply-setup.ts'
import { createFlowWorld } from '../support/flow-world.ts'
import { connectRaw } from '../support/raw-mqtt.ts'
import { type BrokerUnderTest, createSetupWorld, type SetupWorld } from '../support/setup-world.ts'

let world: SetupWorld
let under: BrokerUnderTest

beforeAll(async () => {
  world = await createSetupWorld()
})
afterAll(async () => {
  await world.close()
})
afterEach(async () => {
  await under.close()
})

describe.each(['5.8.9', '5.3.2', '6.0.1'])('herald emqx apply on EMQX %s', (version) => {
  it('brings a broker that is as it came to what Herald needs, and then has nothing to do', async () => {
    under = await world.stockBroker({ management: { version } })

    const first = await under.apply('all')
    const second = await under.apply('all')

    expect(first.steps.length).toBeGreaterThan(8)
    expect(first.done).toEqual(first.steps)
    expect(second.steps).toEqual([])
  })

  it('says what it would do and does nothing', async () => {
    under = await world.stockBroker({ management: { version } })

    const planned = await under.apply('none')
    const again = await under.apply('none')

    expect(planned.done).toEqual([])
    expect(again.steps).toEqual(planned.steps)
    expect(await under.read('/authentication')).toEqual([])
  })
})

describe('what others may rely on', () => {
  it('stays without leave, and is named', async () => {
    under = await world.stockBroker()

    const { steps, done } = await under.apply('own')

    const left = steps.filter((step) => !done.includes(step))
    expect(left.map(({ change, what }) => `${change} ${what}`)).toEqual([
      'remove the authorization source file',
      'change the settings of authorization',
      'change the settings of MQTT',
    ])
    expect(await under.read('/authorization/settings')).toMatchObject({ no_match: 'allow' })
  })

  it('is another HTTP server that is asked about logins', async () => {
    under = await world.stockBroker()
    const other = { mechanism: 'password_based', backend: 'http', url: 'http://127.0.0.1:9/login' }
    await under.change('POST', '/authentication', other)

    const { steps } = await under.apply('own')

    expect(steps.filter(({ isShared }) => isShared).map(({ what }) => what)).toContain(
      'the authenticator password_based:http',
    )
    expect(await under.read('/authentication')).toMatchObject([{ url: other.url }])
  })

  it('are subscriptions of others, which are kept', async () => {
    under = await world.stockBroker()
    await under.change('PUT', '/mqtt/auto_subscribe', [{ topic: 'news/#', qos: 0 }])

    await under.apply('all')

    expect(await under.read('/mqtt/auto_subscribe')).toMatchObject([
      { topic: 'news/#', qos: 0 },
      { topic: 'user/${username}/#', qos: 1 },
      { topic: 'group/+/invitation/${username}/from/+', qos: 1 },
    ])
  })

  it('are rules of others, which are kept, and longer sessions', async () => {
    under = await world.stockBroker()
    await under.change('POST', '/rules', { id: 'theirs', sql: 'SELECT * FROM "t"', actions: [] })
    const { mqtt } = Object(await under.read('/configs/global_zone'))
    const longer = { ...mqtt, session_expiry_interval: '30d' }
    await under.change('PUT', '/configs/global_zone', { mqtt: longer })

    await under.apply('all')

    expect(await under.read('/rules/theirs')).toMatchObject({ id: 'theirs' })
    expect(await under.read('/configs/global_zone')).toMatchObject({
      mqtt: { session_expiry_interval: '30d', shared_subscription: false },
    })
  })
})

describe('a wish that changes', () => {
  it('takes away a rule of Herald, and is shown with what was there', async () => {
    under = await world.stockBroker()
    await under.apply('all', { hasSentCopies: true })
    await under.change('PUT', '/rules/herald_publish', { sql: 'SELECT * FROM "a/b"', actions: [] })

    const { steps } = await under.apply('all', { hasAcks: false })

    expect(steps.map(({ change, what }) => `${change} ${what}`)).toEqual([
      'change the rule herald_publish',
      'remove the rule herald_acked',
      'remove the rule herald_sent',
    ])
    expect(steps[0]?.details[0]).toMatch(/^sql: SELECT \* FROM "a\/b" → SELECT event, id/)
  })

  it('hides the secret', async () => {
    under = await world.stockBroker()
    await under.apply('all')
    const [authenticator] = [await under.read('/authentication')].flat()
    const headers = { 'x-herald-secret': 'of-yesterday' }
    const changed = { ...Object(authenticator), headers }
    await under.change('PUT', '/authentication/password_based:http', changed)

    const { steps } = await under.apply('own')

    expect(steps[0]?.details).toContain('headers.x-herald-secret: *** → ***')
    expect(JSON.stringify(steps[0]?.details)).not.toContain('of-yesterday')
  })
})

describe('a broker that was set up', () => {
  it('asks Herald who may log in and who may use which topic, and reports what happens', async () => {
    under = await world.stockBroker()
    await under.apply('all')
    const { secrets } = await createFlowWorld(world.database.pool)
    const ann = { clientId: 'anns-phone', username: 'ann', password: Buffer.from(secrets.ann) }
    const port = under.broker.tcpPort

    const stranger = await connectRaw(port, { ...ann, password: Buffer.from('wrong') })
    const { client, connack } = await connectRaw(port, ann)
    const subscriptions = ['group/crew/#', 'user/bob/#'].map((topic) => ({
      topic,
      qos: 1 as const,
    }))
    client.send({ cmd: 'subscribe', messageId: 1, subscriptions })
    const { granted } = await client.next('suback')
    await under.broker.eventsSettled()

    expect(stranger.connack.reasonCode).toBe(0x87)
    expect(connack.reasonCode).toBe(0)
    expect(granted).toEqual([1, 0x87])
    expect(under.broker.eventCounts).toMatchObject({ delivered: 1, lost: 0 })
    client.cut()
    stranger.client.cut()
  })
})

describe('a broker that is none for us', () => {
  it.each([
    ['does not let us in', { secret: 'wrong' }, 'does not let us in (status 401'],
    ['is not there', { url: 'http://127.0.0.1:9' }, "can't be reached"],
  ])('%s', async (_, wrong, said) => {
    under = await world.stockBroker()
    const access = { ...under.access, ...wrong }
    const wishes = { heraldUrl: world.herald.url, ...EVERYTHING }

    const fault = applySetup({ access, wishes, takes: 'all' })

    await expect(fault).rejects.toThrow(said)
  })

  it('is of the fourth generation', async () => {
    under = await world.stockBroker({ management: { version: '4.4.19' } })

    await expect(under.apply('all')).rejects.toThrow('herald emqx render --version 4.4')
  })
})

const EVERYTHING = { hasAcks: true, hasAutoSubscribe: true, hasSentCopies: true }
