import { createSigner } from 'fast-jwt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { addMessages, directMessage } from '../../support/message-rows.ts'
import { asDevice, withToken } from '../../support/own-calls.ts'
import { addRequest, JWT_SECRET, type OwnWorld, openOwnWorld } from './own-world.ts'

let world: OwnWorld

beforeAll(async () => {
  world = await openOwnWorld({ HERALD_API_OWN_CHANNELS: 'push,email' })
})

afterAll(() => world.close())

const token = (uid: string) =>
  withToken(createSigner({ key: JWT_SECRET, algorithm: 'HS256', expiresIn: 60_000 })({ sub: uid }))

const ask = (target: string, body?: unknown) => world.call(target, body, world.phone)

describe('an app', () => {
  it('changes its user’s profile, in the device’s name', async () => {
    const { body, headers } = await ask('PATCH /v1/me', { displayName: 'Anna' })
    const stale = await world.call(
      'PATCH /v1/me',
      { displayName: 'Annie' },
      {
        key: null,
        headers: { ...world.phone.headers, 'if-match': '"stale"' },
      },
    )
    const { rows } = await world.pool.query(
      `select actor, action, after->>'displayName' as name from audit_log where target = 'user/ann'`,
    )

    expect(body).toMatchObject({ uid: 'ann', displayName: 'Anna' })
    expect(headers.etag).toBe((await ask('GET /v1/me')).headers.etag)
    expect(stale.body.code).toBe('PRECONDITION_FAILED')
    expect(rows).toEqual([{ actor: 'device/ann-phone', action: 'user.patch', name: 'Anna' }])
  })

  it('gets another secret, and may use the old one for a while', async () => {
    const { secret } = await world.directory.devices.add({ clientId: 'cleo-phone', uid: 'cleo' })
    const made = await world.call(
      'POST /v1/me/secrets',
      { oldValidSeconds: 60 },
      asDevice('cleo-phone', secret),
    )
    const old = await world.call('GET /v1/me', undefined, asDevice('cleo-phone', secret))
    const now = await world.call('GET /v1/me', undefined, asDevice('cleo-phone', made.body.secret))

    expect([made.status, old.status, now.status]).toEqual([201, 200, 200])
  })

  it('needs a device for what is a device’s', async () => {
    expect((await world.call('POST /v1/me/secrets', {}, token('ann'))).body).toMatchObject({
      code: 'DEVICE_NOT_FOUND',
      field: 'X-Herald-Client-Id',
    })
  })

  it('revokes another device of its user', async () => {
    const { secret } = await world.directory.devices.add({ clientId: 'ann-lost', uid: 'ann' })
    await ask('PATCH /v1/me/devices/ann-lost', { revoked: true })
    const { status } = await world.call('GET /v1/me', undefined, asDevice('ann-lost', secret))

    expect(status).toBe(401)
  })

  it('is answered again for an idempotency key, and only by the same credential', async () => {
    const keyed = (options: ReturnType<typeof token>) => ({
      key: null,
      headers: { ...options.headers, 'idempotency-key': 'once' },
    })
    await world.call('PUT /v1/me/blocks/dan', undefined, keyed(world.phone))
    const again = await world.call('PUT /v1/me/blocks/dan', undefined, keyed(world.phone))
    const { body } = await ask('POST /v1/me/secrets', {})
    const other = await world.call(
      'PUT /v1/me/blocks/dan',
      undefined,
      keyed(asDevice('ann-phone', body.secret)),
    )

    expect(again).toMatchObject({ status: 204, headers: { 'idempotent-replayed': 'true' } })
    expect(other.body.code).toBe('IDEMPOTENCY_KEY_REUSED')
  })

  it('sees who is online of those who have its user for a contact, and have not blocked them', async () => {
    await world.directory.contacts.add('ann', 'dan', 'one-way')
    const seen = async () =>
      (await ask('GET /v1/me/presence')).body.items.map(({ uid }: { uid: string }) => uid)
    const before = await seen()
    await world.directory.contacts.block('cleo', 'ann')

    expect(before).toEqual(['bob', 'cleo'])
    expect(await seen()).toEqual(['bob'])
    expect((await ask('GET /v1/me/presence/bob')).body).toEqual({
      uid: 'bob',
      status: 'offline',
      lastSeenAt: null,
    })
  })

  it('lists contacts and groups with their names', async () => {
    const contacts = await ask('GET /v1/me/contacts?limit=1')
    const groups = await ask('GET /v1/me/groups')
    const members = await ask('GET /v1/me/groups/hikers/members')

    expect(contacts.body).toMatchObject({
      items: [{ uid: 'bob', displayName: 'The bob', isMutual: true }],
      next: 'bob',
    })
    expect(groups.body.items).toMatchObject([
      { gid: 'hikers', role: 'owner' },
      { gid: 'readers', role: 'member' },
    ])
    expect(members.body.items).toMatchObject([
      { uid: 'ann', role: 'owner' },
      { uid: 'bob', displayName: 'The bob', role: 'member' },
    ])
  })

  it('counts what is unread until it is read', async () => {
    const before = await ask('GET /v1/me/unread')
    await ask('POST /v1/me/read-marks', { conversation: 'user/bob', upTo: { message: 'from bob' } })
    const after = await ask('GET /v1/me/unread')

    expect(before.body).toMatchObject({
      badge: 2,
      conversations: [
        { conversation: 'group/hikers', unread: 1, readAt: null },
        { conversation: 'user/bob', unread: 1, readAt: null },
      ],
    })
    expect(after.body).toMatchObject({
      badge: 1,
      conversations: [{ conversation: 'group/hikers', unread: 1 }],
    })
  })

  it('may have read a message before the broker has told of it', async () => {
    const sentAt = Date.now()
    await ask('POST /v1/me/read-marks', { conversation: 'user/cleo' })
    await addMessages(world, directMessage('cleo', 'ann', sentAt))
    const { body } = await ask('GET /v1/me/unread')

    expect(body.conversations).not.toContainEqual(
      expect.objectContaining({ conversation: 'user/cleo' }),
    )
  })

  it('registers no mailbox or number where that is not wanted', async () => {
    const sms = { channel: 'sms', provider: 'stub', token: '+4930123456' }

    expect((await ask('POST /v1/me/addresses', sms)).body.code).toBe('NOT_CONFIGURED')
  })

  it('does not take a mailbox from another user', async () => {
    const mailbox = { channel: 'email', provider: 'stub', token: 'bob@example.com' }
    const first = await world.call('POST /v1/me/addresses', mailbox, token('bob'))
    const second = await ask('POST /v1/me/addresses', mailbox)
    const again = await world.call('POST /v1/me/addresses', mailbox, token('bob'))

    expect(first.status).toBe(201)
    expect(second.body.code).toBe('ADDRESS_TAKEN')
    expect(again.body).toMatchObject({ id: first.body.id, channel: 'email', clientId: null })
  })

  it('decides what its user is asked, and only sees what they asked', async () => {
    const asked = await addRequest(world, 'friend-request', 'ann', 'eva')
    const toJoin = await addRequest(world, 'join-request', 'cleo', undefined, 'hikers')
    const bobs = (target: string) => world.call(target, undefined, token('bob'))

    const incoming = await ask('GET /v1/me/requests?state=open')
    const outgoing = await ask('GET /v1/me/requests?direction=outgoing')
    const accepted = await ask(`POST /v1/me/requests/${world.ids.toAnn}:accept`)
    const toGroup = await bobs('GET /v1/me/groups/hikers/requests')
    const unseen = await bobs(`GET /v1/me/requests/${toJoin}`)
    const joined = await ask(`POST /v1/me/requests/${toJoin}:accept`)
    const own = await ask(`POST /v1/me/requests/${asked}:accept`)

    expect(incoming.body.items.map(({ from }: { from: string }) => from)).toEqual(['eva', 'dan'])
    expect(outgoing.body.items).toMatchObject([{ id: asked, to: 'eva' }])
    expect(accepted.body).toMatchObject({ state: 'accepted', from: 'dan' })
    expect((await ask('GET /v1/me/contacts?limit=1000')).body.items).toContainEqual(
      expect.objectContaining({ uid: 'dan', isMutual: true }),
    )
    expect(toGroup.body.code).toBe('NOT_FOUND')
    expect(unseen.body.code).toBe('REQUEST_NOT_FOUND')
    expect(joined.body).toMatchObject({ state: 'accepted', group: 'hikers' })
    expect(own.body.code).toBe('FORBIDDEN')
  })

  it('is the owner’s, and gives roles and silences; an admin’s only silences', async () => {
    const bobs = (target: string, body?: unknown) => world.call(target, body, token('bob'))
    const member = '/v1/me/groups/hikers/members'
    const until = new Date(Date.now() + 60_000).toISOString()
    await world.directory.members.add('hikers', 'dan', 'member')

    const powerless = await bobs(`PATCH ${member}/dan`, { silencedUntil: until })
    const promoted = await ask(`PATCH ${member}/bob`, { role: 'admin' })
    const silenced = await bobs(`PATCH ${member}/dan`, { silencedUntil: until })
    const crowned = await bobs(`PATCH ${member}/dan`, { role: 'owner' })
    const risen = await bobs(`PATCH ${member}/ann`, { silencedUntil: until })
    const gone = await bobs(`DELETE ${member}/dan`)
    const last = await ask('DELETE /v1/me/groups/hikers')

    expect(powerless.body.code).toBe('FORBIDDEN')
    expect(promoted.body).toMatchObject({ uid: 'bob', role: 'admin' })
    expect(silenced.body).toMatchObject({ uid: 'dan', silencedUntil: until })
    expect(crowned.body.code).toBe('FORBIDDEN')
    expect(risen.body.code).toBe('FORBIDDEN')
    expect(gone.status).toBe(204)
    expect(last.body.code).toBe('LAST_OWNER')
  })
})
