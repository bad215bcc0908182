import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readDrift } from '../../src/compose/drift.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { openSessionWorld, type SessionWorld } from '../support/session-world.ts'

let world: SessionWorld

beforeAll(async () => {
  world = await openSessionWorld()
  await world.directory.users.add({ uid: 'ann' })
  await world.directory.groups.add({ gid: 'hikers', owner: 'ann' })
})
afterAll(() => world.close())

async function join(uid: string): Promise<void> {
  await world.directory.members.add('hikers', uid, 'member')
  await world.quiet()
}

describe('a phone', () => {
  it('that is fresh receives what its groups are told, without subscribing', async () => {
    const ann = await world.phoneOf('ann')
    const bob = await world.phoneOf('bob')
    await join('bob')
    const fresh = await world.phoneOf('bob', { clientId: 'bobs-tablet' })
    await world.quiet()

    await ann.publish('group/hikers/inbox/ann', 'hello hikers')
    await ann.publish('user/bob/inbox/ann', 'hello bob')

    for (const phone of [bob, fresh]) {
      await phone.hears('hello hikers')
      await phone.hears('hello bob')
    }
    expect(await world.filtersOf('bobs-tablet')).toEqual([
      'group/+/invitation/bob/from/+',
      'group/hikers/#',
      'user/bob/#',
    ])
  })

  it('that is invited and joins receives at once', async () => {
    const ann = await world.phoneOf('ann', { clientId: 'anns-laptop' })
    const carl = await world.phoneOf('carl')
    await world.quiet()

    await ann.publish('group/hikers/invitation/carl/from/ann', 'come along')
    await carl.hears('come along')
    await join('carl')
    await ann.publish('group/hikers/inbox/ann', 'welcome')

    await carl.hears('welcome')
  })

  it('that is removed receives nothing that is published after, on its live connection', async () => {
    const ann = await world.phoneOf('ann', { clientId: 'anns-desktop' })
    const dave = await world.phoneOf('dave')
    await join('dave')
    // What it asked for itself goes as well.
    await dave.client.subscribeAsync('group/hikers/inbox/+', { qos: 1 })
    await ann.publish('group/hikers/inbox/ann', 'before')
    await dave.hears('before')

    await world.directory.members.remove('hikers', 'dave')
    await world.quiet()
    await ann.publish('group/hikers/inbox/ann', 'after')
    await ann.publish('user/dave/inbox/ann', 'to dave alone')

    await dave.hears('to dave alone')
    expect(dave.texts).not.toContain('after')
    expect(dave.client.connected).toBe(true)
  })

  it('that comes back to its session costs no call, and has what came meanwhile', async () => {
    const ann = await world.phoneOf('ann', { clientId: 'anns-watch' })
    const first = await world.phoneOf('eve')
    await join('eve')
    await first.leave()
    await world.quiet()
    await ann.publish('group/hikers/inbox/ann', 'while eve was away')
    const before = world.clientCalls()

    const eve = await world.phoneOf('eve', { resume: true })
    await eve.hears('while eve was away')
    await world.quiet()

    expect(world.clientCalls()).toBe(before)
  })

  it('that is away is subscribed and unsubscribed all the same', async () => {
    const ann = await world.phoneOf('ann', { clientId: 'anns-tv' })
    const first = await world.phoneOf('frank')
    await world.quiet()
    await first.leave()
    await join('frank')
    await ann.publish('group/hikers/inbox/ann', 'frank joined')
    await world.directory.members.remove('hikers', 'frank')
    await world.quiet()
    await ann.publish('group/hikers/inbox/ann', 'frank left')
    await ann.publish('user/frank/inbox/ann', 'to frank alone')

    const frank = await world.phoneOf('frank', { resume: true })
    await frank.hears('to frank alone')

    expect(frank.texts).toEqual(['frank joined', 'to frank alone'])
  })

  it('has what its profile leaves it', async () => {
    await world.phoneOf('grace')
    await join('grace')

    await world.directory.devices.setProfile('graces-phone', 'direct')
    await world.quiet()
    expect(await world.filtersOf('graces-phone')).toEqual([
      'group/+/invitation/grace/from/+',
      'user/grace/#',
    ])

    await world.directory.devices.setProfile('graces-phone', 'none')
    await world.quiet()
    expect(await world.filtersOf('graces-phone')).toEqual([])
  })
})

describe('a withdrawn right', () => {
  it('of somebody who is blocked is gone from the broker’s memory', async () => {
    const troll = await world.phoneOf('troll')
    const helen = await world.phoneOf('helen')
    await world.quiet()
    await troll.publish('user/helen/inbox/troll', 'before')
    await helen.hears('before')

    await world.directory.contacts.block('helen', 'troll')
    await world.quiet()
    await expect(troll.publish('user/helen/inbox/troll', 'after')).rejects.toThrow()

    expect(helen.texts).toEqual(['before'])
  })

  it.each([
    ['a device that is revoked', () => world.directory.devices.revoke('ivys-phone')],
    ['a device that is removed', () => world.directory.devices.remove('ivys-phone')],
    ['withdrawn secrets', () => world.directory.devices.withdrawSecrets('ivys-phone', 'all')],
    ['a disabled user', () => world.directory.users.disable('ivy')],
    ['a user who is removed', () => world.directory.users.remove('ivy')],
    [
      'another password',
      () => world.directory.users.setPassword('ivy', 'incorrect horse + battery'),
    ],
  ])('ends the session, with what is queued in it: %s', async (_, withdraw) => {
    const password = 'correct horse + battery'
    await world.database.pool.query(`delete from users where id = 'ivy'`)
    await world.database.pool.query(`delete from deleted_users where id = 'ivy'`)
    await world.directory.users.add({ uid: 'ivy', password })
    await world.directory.devices.add({ uid: 'ivy', clientId: 'ivys-phone' })
    const ivy = await world.phoneOf('ivy', { password })
    await world.quiet()

    await withdraw()
    await world.quiet()
    await ivy.ended

    expect(await world.filtersOf('ivys-phone')).toBeUndefined()
  })
})

describe('drift', () => {
  it('is told of where events were lost, and mended by nobody', async () => {
    world.broker.fail({ events: { loses: ({ event }) => event === 'client.connected' } })
    await world.phoneOf('jack')
    const config = loadConfig({ flags: {}, env: world.env, envFile: {} })
    const { pool } = world.database

    const drift = await readDrift({ config, pool, log: pino({ level: 'silent' }) })
    await world.quiet()

    expect(drift.map(({ kind, clientId }) => `${kind} ${clientId}`)).toEqual([
      'connection jacks-phone',
      'subscriptions jacks-phone',
    ])
    expect(await world.filtersOf('jacks-phone')).toEqual([])
  })
})
