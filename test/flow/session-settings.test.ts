import { afterEach, describe, expect, it } from 'vitest'
import { openSessionWorld, type SessionWorld } from '../support/session-world.ts'

let world: SessionWorld

afterEach(() => world.close())

const OWN = ['group/+/invitation/ann/from/+', 'user/ann/#']

describe('a broker that subscribes by itself', () => {
  it('is asked for nothing but groups', async () => {
    const autoSubscribe = [
      { topic: 'user/${username}/#', qos: 1 },
      { topic: 'group/+/invitation/${username}/from/+', qos: 1 },
    ] as const
    world = await openSessionWorld({ autoSubscribe }, { HERALD_EMQX_AUTO_SUBSCRIBE: 'on' })
    await world.phoneOf('ann')
    await world.quiet()
    expect(world.clientCalls()).toBe(0)

    await world.directory.groups.add({ gid: 'hikers', owner: 'ann' })
    await world.quiet()

    expect(world.clientCalls()).toBe(1)
    expect(await world.filtersOf('anns-phone')).toEqual([OWN[0], 'group/hikers/#', OWN[1]])
  })
})

describe('a Herald that may not act on the broker', () => {
  it('answers and listens as ever, and no rows pile up', async () => {
    const none = { HERALD_EMQX_API_URL: '', HERALD_EMQX_API_KEY: '', HERALD_EMQX_API_SECRET: '' }
    world = await openSessionWorld({}, none)
    const ann = await world.phoneOf('ann')
    await world.quiet()

    await world.directory.devices.revoke('anns-phone')
    await world.directory.devices.remove('anns-phone')

    expect(ann.client.connected).toBe(true)
    expect(world.broker.management.calls.size).toBe(0)
    const { rows } = await world.database.pool.query('select from broker_sessions')
    expect(rows).toEqual([])
  })
})
