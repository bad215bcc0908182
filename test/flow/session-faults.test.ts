import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { databaseUrl, startServe } from '../support/serve-process.ts'
import { openSessionWorld, type SessionWorld, type TestPhone } from '../support/session-world.ts'

let world: SessionWorld
let ann: TestPhone

const SETTINGS = { HERALD_EMQX_SWEEP_INTERVAL: '1s' }

beforeAll(async () => {
  world = await openSessionWorld({}, SETTINGS)
  ann = await world.phoneOf('ann')
  await world.directory.groups.add({ gid: 'hikers', owner: 'ann' })
  await world.quiet()
})
afterEach(() => world.broker.fail({}))
afterAll(() => world.close())

describe('while the broker’s API is away', () => {
  it.each([
    ['unreachable', { kind: 'down' }],
    ['failing', { kind: 'status', status: 503 }],
  ] as const)('what is to be done is kept, and done when it is back: %s', async (name, fault) => {
    const phones: TestPhone[] = []
    for (const n of [1, 2, 3, 4, 5, 6]) phones.push(await world.phoneOf(`${name}-${n}`))
    await world.quiet()
    world.broker.fail({ management: fault })
    for (const n of [1, 2, 3, 4, 5, 6]) {
      await world.directory.members.add('hikers', `${name}-${n}`, 'member')
    }
    await expect
      .poll(() => world.waiting(), { timeout: 10_000 })
      .toMatchObject({ waiting: 6, attempts: expect.any(Number) })
    world.broker.fail({})
    await world.quiet()
    await ann.publish('group/hikers/inbox/ann', `hello ${name}`)

    for (const phone of phones) await phone.hears(`hello ${name}`)
  })

  it('a client that it does not know yet is asked for again', async () => {
    world.broker.fail({ unknownAfterConnectMs: 300 })
    await world.phoneOf('late')
    await world.quiet()

    expect(await world.filtersOf('lates-phone')).toEqual([
      'group/+/invitation/late/from/+',
      'user/late/#',
    ])
  })
})

describe('a session that was lost with its node', () => {
  it('is what it has to be again, though its device believes to resume it', async () => {
    await world.phoneOf('bob')
    await world.directory.members.add('hikers', 'bob', 'member')
    await world.quiet()

    world.broker.die()
    world.broker.revive()
    await world.phoneOf('bob', { resume: true })

    await expect
      .poll(() => world.filtersOf('bobs-phone'), { timeout: 10_000 })
      .toEqual(['group/+/invitation/bob/from/+', 'group/hikers/#', 'user/bob/#'])
    ann = await world.phoneOf('ann', { resume: true })
  })
})

describe('events that are lost', () => {
  it('are made up for by what the broker lists', async () => {
    world.broker.fail({ events: { loses: () => true } })
    const carl = await world.phoneOf('carl')
    await expect
      .poll(() => world.filtersOf('carls-phone'), { timeout: 10_000 })
      .toEqual(['group/+/invitation/carl/from/+', 'user/carl/#'])
    expect(await world.isOnline('carls-phone')).toBe(true)

    await carl.leave()
  })

  it('hide nobody whose password is withdrawn', async () => {
    // Sweeps find out who is there, and not what they have logged in with.
    world.broker.fail({ events: { loses: () => true }, management: { kind: 'down' } })
    const password = 'correct horse + battery'
    await world.directory.users.add({ uid: 'ivy', password })
    await world.directory.devices.add({ uid: 'ivy', clientId: 'ivys-phone' })
    const ivy = await world.phoneOf('ivy', { password })

    await world.directory.users.setPassword('ivy', 'incorrect horse + battery')
    world.broker.fail({ events: { loses: () => true } })

    await ivy.ended
  })
})

describe('a Herald that is killed', () => {
  it('between a change and its calls loses nothing', async () => {
    const dave = await world.phoneOf('dave')
    await world.directory.members.add('hikers', 'dave', 'member')
    await world.quiet()
    await world.herald.close()
    world.broker.fail({ management: { kind: 'slow', ms: 5_000 } })
    const env = {
      ...world.env,
      HERALD_ROLES: 'broker',
      DATABASE_URL: databaseUrl(world.database.address),
    }
    const doomed = startServe(tmpdir(), env)
    await doomed.url
    await world.directory.members.remove('hikers', 'dave')
    await expect.poll(() => world.waiting(), { timeout: 10_000 }).toMatchObject({ claimed: 1 })
    doomed.signal('SIGKILL')
    await doomed.ended
    world.broker.fail({})

    const next = startServe(tmpdir(), env)
    await next.url
    await world.leasesPass()
    await world.quiet()

    expect(await world.filtersOf('daves-phone')).toEqual([
      'group/+/invitation/dave/from/+',
      'user/dave/#',
    ])
    expect(dave.client.connected).toBe(true)
    next.signal('SIGTERM')
    await next.ended
  })

  it('has the broker forget what it said meanwhile when it is there again', () => {
    const cleared = [...world.broker.management.calls].find(([route]) =>
      route.endsWith(' /authorization/cache'),
    )

    // The one that was closed, and one that was killed or the next.
    expect(cleared?.[1]).toBeGreaterThanOrEqual(2)
  })
})
