import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifyPassword } from '../../src/credentials/password-hash.ts'
import { createTicketLink } from '../../src/credentials/ticket-link.ts'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { prove } from '../support/login-world.ts'

const TICKET_SECRET = 'a secret that is long enough for tickets'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld({ HERALD_TICKET_SECRETS: TICKET_SECRET })
  for (const uid of ['ann', 'bob']) await world.directory.users.add({ uid })
})
afterAll(() => world.close())

describe('credentials', () => {
  it('are a password, set and taken away', async () => {
    const set = await world.call('PUT /v1/users/ann/password', { password: 'correct horse' })
    const weak = await world.call('PUT /v1/users/ann/password', { password: 'short' })
    const nobody = await world.call('PUT /v1/users/nobody/password', { password: 'correct horse' })
    const { rows } = await world.pool.query('select hash from user_passwords where user_id = $1', [
      'ann',
    ])
    const has = await world.call('GET /v1/users/ann')
    const taken = await world.call('DELETE /v1/users/ann/password')

    expect([set.status, weak.body.code, nobody.body.code, taken.status]).toEqual([
      204,
      'INVALID_PASSWORD',
      'USER_NOT_FOUND',
      204,
    ])
    expect(await verifyPassword(rows[0].hash, 'correct horse')).toBe(true)
    expect(has.body.hasPassword).toBe(true)
    expect((await world.call('GET /v1/users/ann')).body.hasPassword).toBe(false)
  })

  it('are tickets, for one device or for any', async () => {
    const made = await world.call('POST /v1/users/ann/tickets', { clientId: 'p', ttlSeconds: 60 })
    const link = createTicketLink({ secrets: [TICKET_SECRET], now: () => Date.now() })
    const question = { username: 'ann', credential: made.body.ticket }
    const own = await prove(link, { ...question, clientId: 'p' })
    const other = await prove(link, { ...question, clientId: 'q' })

    expect([own.kind, other.kind]).toEqual(['proved', 'refused'])
    expect(Date.parse(made.body.expiresAt)).toBeLessThanOrEqual(Date.now() + 60_000)
    expect((await world.call('POST /v1/users/nobody/tickets', {})).body.code).toBe('USER_NOT_FOUND')
  })
})

describe('devices', () => {
  it('are registered with a secret, read, changed, revoked and deleted', async () => {
    const made = await world.call('POST /v1/users/ann/devices', { clientId: 'd1', app: 'chat' })
    const patched = await world.call('PATCH /v1/devices/d1', {
      app: null,
      platform: 'ios',
      revoked: true,
    })
    const restored = await world.call('PATCH /v1/devices/d1', { revoked: false })
    const listed = await world.call('GET /v1/users/ann/devices')
    const foreign = await world.call('POST /v1/users/bob/devices', { clientId: 'd1' })
    const deleted = await world.call('DELETE /v1/devices/d1')

    expect(made.body).toMatchObject({ device: { app: 'chat', secretCount: 1, revokedAt: null } })
    expect(made.body.secret).toMatch(/\S{40,}/)
    expect(patched.body).toMatchObject({ app: null, platform: 'ios' })
    expect(patched.body.revokedAt).not.toBeNull()
    expect(restored.body).toMatchObject({ platform: 'ios', revokedAt: null })
    expect(listed.body.items).toEqual([restored.body])
    expect([foreign.body.code, deleted.status]).toEqual(['DEVICE_EXISTS', 204])
    expect((await world.call('GET /v1/devices/d1')).body.code).toBe('DEVICE_NOT_FOUND')
  })

  it('get further secrets, and lose old ones', async () => {
    await world.call('POST /v1/users/ann/devices', { clientId: 'd2' })
    const rotated = await world.call('POST /v1/devices/d2/secrets', {
      oldValidUntil: new Date(Date.now() + 60_000).toISOString(),
    })
    const past = await world.call('POST /v1/devices/d2/secrets', {
      oldValidUntil: '2020-01-01T00:00:00Z',
    })
    const { rows } = await world.pool.query(
      `select expires_at is null as lasts from device_secrets where device_id = 'd2' order by created_at`,
    )
    const kept = await world.call('DELETE /v1/devices/d2/secrets?keep=newest')
    const none = await world.call('DELETE /v1/devices/d2/secrets')

    expect(rotated.body.device.secretCount).toBe(2)
    expect(past.body).toMatchObject({ code: 'INVALID_TIME', field: 'oldValidUntil' })
    expect(rows).toEqual([{ lasts: false }, { lasts: true }])
    expect([kept.body.secretCount, none.body.secretCount]).toEqual([1, 0])
  })
})

describe('addresses', () => {
  beforeAll(async () => {
    await world.directory.devices.add({ clientId: 'phone', uid: 'bob' })
  })

  const mailbox = { channel: 'email', provider: 'stub', token: 'bob@example.com' }

  it('are registered for a person and for a device, and again without a fault', async () => {
    const mail = await world.call('POST /v1/users/bob/addresses', { ...mailbox, locale: 'zh-cn' })
    const again = await world.call('POST /v1/users/bob/addresses', mailbox)
    const push = await world.call('POST /v1/devices/phone/addresses', {
      provider: 'stub',
      token: 'a token',
    })
    const listed = await world.call('GET /v1/users/bob/addresses')

    expect(mail.body).toMatchObject({ uid: 'bob', clientId: null, locale: 'zh-CN' })
    expect(again.body).toMatchObject({ id: mail.body.id, locale: null })
    expect(push.body).toMatchObject({ uid: 'bob', clientId: 'phone', channel: 'push' })
    expect(listed.body.items).toEqual([again.body, push.body])
  })

  it('are what their channel takes', async () => {
    const codes = []
    for (const [target, body] of [
      ['users/bob', { ...mailbox, token: 'bob' }],
      ['users/bob', { ...mailbox, channel: 'sms', token: '030 1234' }],
      ['users/bob', { ...mailbox, provider: 'pigeon' }],
      ['users/bob', { ...mailbox, locale: '!' }],
      ['users/bob', { ...mailbox, channel: 'push' }],
      ['users/nobody', mailbox],
      ['devices/nothing', { provider: 'stub', token: 'a token' }],
    ] as const) {
      codes.push((await world.call(`POST /v1/${target}/addresses`, body)).body.code)
    }

    expect(codes).toEqual([
      'INVALID_ADDRESS',
      'INVALID_ADDRESS',
      'PROVIDER_NOT_FOUND',
      'INVALID_LOCALE',
      'INVALID_REQUEST',
      'USER_NOT_FOUND',
      'DEVICE_NOT_FOUND',
    ])
  })

  it('show their token to those alone who may change them, and have one tag for all', async () => {
    const { id } = (await world.call('GET /v1/users/bob/addresses')).body.items[0]
    const admin = await world.call(`GET /v1/addresses/${id}`)
    const support = await world.call(`GET /v1/addresses/${id}`, undefined, {
      key: world.keys.support,
    })
    const list = await world.call('GET /v1/users/bob/addresses', undefined, {
      key: world.keys.operator,
    })
    const stale = await world.call(`DELETE /v1/addresses/${id}`, undefined, {
      headers: { 'if-match': '"x"' },
    })
    const removed = await world.call(`DELETE /v1/addresses/${id}`, undefined, {
      headers: { 'if-match': String(support.headers.etag) },
    })
    const audit = await world.pool.query(
      `select before from audit_log where action = 'address.delete'`,
    )

    expect(admin.body.token).toBe('bob@example.com')
    expect(support.body).toEqual({ ...admin.body, token: null })
    expect(support.headers.etag).toBe(admin.headers.etag)
    expect(JSON.stringify(list.body)).not.toContain('bob@example.com')
    expect([stale.status, removed.status]).toEqual([412, 204])
    expect(audit.rows).toEqual([{ before: { ...admin.body, token: null } }])
    expect((await world.call(`GET /v1/addresses/${id}`)).body.code).toBe('ADDRESS_NOT_FOUND')
  })
})

describe('the audit log', () => {
  it('has each change of these, and none of their secrets', async () => {
    const password = 'correct horse battery'
    await world.call('PUT /v1/users/ann/password', { password })
    const { ticket } = (await world.call('POST /v1/users/ann/tickets', {})).body
    const made = await world.call('POST /v1/users/ann/devices', { clientId: 'audited' })
    const further = await world.call('POST /v1/devices/audited/secrets', {})
    const token = 'a very secret token'
    await world.call('POST /v1/devices/audited/addresses', { provider: 'stub', token })
    const { rows } = await world.pool.query(
      'select action, target, a::text as text from audit_log a order by id desc limit 5',
    )
    const secrets = [password, ticket, made.body.secret, further.body.secret, token]
    const log = rows.map(({ text }) => text).join()

    expect(rows.map(({ action, target }) => `${action} ${target}`).reverse()).toEqual([
      'user.set-password user/ann',
      'user.make-ticket user/ann',
      'device.create device/audited',
      'device.add-secret device/audited',
      'address.create device/audited',
    ])
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([])
  })
})
