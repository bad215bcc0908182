import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
  for (const uid of ['ann', 'bob']) await world.directory.users.add({ uid })
  await world.directory.devices.add({ clientId: 'phone', uid: 'bob' })
})
afterAll(() => world.close())

describe('preferences', () => {
  const quietHours = {
    days: ['mon', 'sun'],
    from: '22:00',
    to: '07:00',
    zone: 'Europe/Berlin',
    action: 'defer',
  }

  it('are the defaults until somebody sets them, and again after null', async () => {
    const defaults = await world.call('GET /v1/users/ann/preferences')
    const wanted = {
      notify: 'mentions',
      mutedUntil: new Date(Date.now() + 3_600_000).toISOString(),
      hidePreview: true,
      locale: 'de-at',
      quietHours,
      digestMinutes: 30,
    }
    const set = await world.call('PATCH /v1/users/ann/preferences', wanted)
    const kept = await world.call('PATCH /v1/users/ann/preferences', {})
    const reset = await world.call(
      'PATCH /v1/users/ann/preferences',
      Object.fromEntries(Object.keys(wanted).map((name) => [name, null])),
    )

    expect(set.body).toEqual({ uid: 'ann', ...wanted, locale: 'de-AT' })
    expect(kept.body).toEqual(set.body)
    expect(reset.body).toEqual(defaults.body)
    expect(defaults.body).toMatchObject({ notify: 'all', quietHours: null })
  })

  it('say what is wrong with them', async () => {
    const codes = []
    for (const body of [
      { quietHours: { ...quietHours, zone: 'Europe/Nowhere' } },
      { quietHours: { ...quietHours, days: [] } },
      { quietHours: { ...quietHours, from: '24:00' } },
      { mutedUntil: '2020-01-01T00:00:00Z' },
      { locale: '!' },
      { notify: 'some' },
      { colour: 'red' },
    ]) {
      codes.push((await world.call('PATCH /v1/users/ann/preferences', body)).body.code)
    }
    const nobody = await world.call('PATCH /v1/users/nobody/preferences', {})

    expect(codes).toEqual([
      'INVALID_TIME_ZONE',
      'INVALID_REQUEST',
      'INVALID_REQUEST',
      'INVALID_TIME',
      'INVALID_LOCALE',
      'INVALID_REQUEST',
      'INVALID_REQUEST',
    ])
    expect(nobody.body.code).toBe('USER_NOT_FOUND')
  })

  it('are of a conversation, too', async () => {
    const talk = '/v1/users/ann/conversations/group/hikers'
    const first = await world.call(`PATCH ${talk}`, { notify: 'none' })
    const requests = await world.call(`PATCH ${talk}?requests=invitation`, { notify: 'none' })
    const account = await world.call(`PATCH ${talk}`, { notify: null })
    const listed = await world.call('GET /v1/users/ann/conversations?limit=1')
    const rest = await world.call(`GET /v1/users/ann/conversations?after=${listed.body.next}`)
    const odd = await world.call(
      'PATCH /v1/users/ann/conversations/user/bob?requests=invitation',
      {},
    )
    const deleted = await world.call(`DELETE ${talk}`)

    expect(first.body).toMatchObject({ conversation: 'group/hikers', notify: 'none' })
    expect(requests.body.conversation).toBe('group/hikers/invitation')
    expect(account.body).toMatchObject({ notify: null, mutedUntil: null })
    expect([...listed.body.items, ...rest.body.items]).toEqual([account.body, requests.body])
    expect([odd.body.code, deleted.status]).toEqual(['INVALID_CONVERSATION', 204])
    expect((await world.call(`GET ${talk}`)).body.code).toBe('PREFERENCES_NOT_FOUND')
  })
})

describe('presence', () => {
  it('is of a user with devices, and of many users at once', async () => {
    await world.pool.query(
      `insert into device_presence (device_id, user_id, is_online, connections)
       values ('phone', 'bob', true, '[[["n1", "10.0.0.1:1", 1000, null, null]], [], [], null]')`,
    )

    const one = await world.call('GET /v1/users/bob/presence')
    const never = await world.call('GET /v1/users/ann/presence')
    const many = await world.call('POST /v1/presence:query', { uids: ['nobody', 'bob'] })
    const uids = Array.from({ length: 1_001 }, (_, at) => `u${at}`)

    expect(Object.keys(world.document.paths)).toContain('/v1/presence:query')
    expect(one.body).toMatchObject({
      status: 'online',
      devices: [{ clientId: 'phone', status: 'online' }],
    })
    expect(never.body).toEqual({ uid: 'ann', status: 'offline', lastSeenAt: null, devices: [] })
    expect(many.body.items).toMatchObject([
      { uid: 'nobody', status: 'offline' },
      { uid: 'bob', status: 'online' },
    ])
    expect((await world.call('GET /v1/users/nobody/presence')).body.code).toBe('USER_NOT_FOUND')
    expect((await world.call('POST /v1/presence:query', { uids })).status).toBe(400)
  })
})

describe('patches that race', () => {
  it('lose nothing', async () => {
    const later = new Date(Date.now() + 3_600_000).toISOString()
    const preferences = { notify: 'none', mutedUntil: later, hidePreview: true, locale: 'de' }
    const user = { displayName: 'Bob', contactPolicy: 'contacts' }
    const device = { app: 'chat', platform: 'ios', revoked: true }
    const patches = [
      ...Object.entries(preferences).map((entry) => ['users/bob/preferences', entry] as const),
      ...Object.entries(user).map((entry) => ['users/bob', entry] as const),
      ...Object.entries(device).map((entry) => ['devices/phone', entry] as const),
    ]

    const answers = await Promise.all(
      [...patches, ...patches].map(([path, entry]) =>
        world.call(`PATCH /v1/${path}`, Object.fromEntries([entry])),
      ),
    )

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect((await world.call('GET /v1/users/bob/preferences')).body).toMatchObject(preferences)
    expect((await world.call('GET /v1/users/bob')).body).toMatchObject(user)
    expect((await world.call('GET /v1/devices/phone')).body).toMatchObject({
      app: 'chat',
      platform: 'ios',
      revokedAt: expect.any(String),
    })
  })

  it.each([
    ['users/ann', (n: number) => ({ displayName: `Ann ${n}` })],
    ['users/ann/preferences', (n: number) => ({ digestMinutes: n + 1 })],
    ['devices/phone', (n: number) => ({ app: `app ${n}` })],
    ['users/ann/conversations/user/bob', (n: number) => ({ mutedUntil: later(n) })],
  ])('of %s with one tag are done once', async (path, patch) => {
    const first = await world.call(`PATCH /v1/${path}`, patch(99))
    const headers = { 'if-match': String(first.headers.etag) }

    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => world.call(`PATCH /v1/${path}`, patch(n), { headers })),
    )

    const done = answers.filter(({ status }) => status === 200)
    const refused = answers.filter(({ status }) => status === 412)
    expect([done.length, refused.length]).toEqual([1, 19])
    expect((await world.call(`GET /v1/${path}`)).body).toEqual(done[0]?.body)
    expect((await world.call(`GET /v1/${path}`)).headers.etag).toBe(done[0]?.headers.etag)
  })

  const later = (n: number) => new Date(Date.now() + 3_600_000 + n * 1_000).toISOString()
})
