import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
})

afterAll(() => world.close())

const make = (body: object, key?: string) =>
  world.call('POST /v1/keys', body, key === undefined ? {} : { key })

describe('an API key', () => {
  it('is shown once, works, and is kept without its secret', async () => {
    const { status, body } = await make({ name: 'night shift', role: 'support' })
    const read = await world.call(`GET /v1/keys/${body.id}`)
    const used = await world.call('GET /v1/users', undefined, { key: body.key })
    const audit = await world.call(`GET /v1/audit?target=key/${body.id}`)

    expect(status).toBe(201)
    expect(used.status).toBe(200)
    expect(read.body).toMatchObject({ id: body.id, name: 'night shift', role: 'support' })
    expect(read.body).not.toHaveProperty('key')
    expect(audit.body.items).toMatchObject([
      { action: 'key.create', before: null, after: { name: 'night shift' } },
    ])
    expect(JSON.stringify(audit.body)).not.toContain(body.key)
  })

  it('is answered again, not made again, where the request is repeated', async () => {
    const options = { headers: { 'idempotency-key': 'once' } }
    const first = await world.call('POST /v1/keys', { name: 'n', role: 'support' }, options)
    const second = await world.call('POST /v1/keys', { name: 'n', role: 'support' }, options)

    expect(second.body).toEqual(first.body)
    expect(second.headers['idempotent-replayed']).toBe('true')
  })

  it('gives nobody more rights than they have', async () => {
    const scopes = ['keys:read', 'keys:write', 'users:read']
    const { body } = await make({ name: 'limited', role: 'admin', scopes })
    const strong = await make({ name: 'strong', role: 'admin' })

    const more = await make({ name: 'x', role: 'admin' }, body.key)
    const same = await make({ name: 'x', role: 'admin', scopes: ['users:read'] }, body.key)
    const rotated = await world.call(
      `POST /v1/keys/${strong.body.id}:rotate`,
      {},
      { key: body.key },
    )

    expect(more.body.code).toBe('FORBIDDEN')
    expect(same.status).toBe(201)
    expect(rotated.body.code).toBe('FORBIDDEN')
    expect((await world.call(`GET /v1/keys/${strong.body.id}`)).body.replacedBy).toBeNull()
  })

  it('is replaced by another of its rights, and good for a while beside it', async () => {
    const old = await make({ name: 'app', role: 'app-server', scopes: ['users:read'] })
    const before = Date.now()
    const rotated = await world.call(`POST /v1/keys/${old.body.id}:rotate`, { overlapSeconds: 60 })
    const read = await world.call(`GET /v1/keys/${old.body.id}`)
    const lists = await Promise.all(
      [old.body.key, rotated.body.key].map((key) =>
        world.call('GET /v1/users', undefined, { key }),
      ),
    )

    expect(rotated.body).toMatchObject({ name: 'app', role: 'app-server', scopes: ['users:read'] })
    expect(read.body.replacedBy).toBe(rotated.body.id)
    expect(Date.parse(read.body.expiresAt) - before).toBeGreaterThan(50_000)
    expect(Date.parse(read.body.expiresAt) - before).toBeLessThan(70_000)
    expect(lists.map(({ status }) => status)).toEqual([200, 200])
  })

  it('ends when it is deleted, or by its time', async () => {
    const { body } = await make({ name: 'short', role: 'support' })
    const past = await make({ name: 'x', role: 'support', expiresAt: '2020-01-01T00:00:00Z' })
    const leap = await make({ name: 'x', role: 'support', expiresAt: '2999-12-31T23:59:60Z' })
    const deleted = await world.call(`DELETE /v1/keys/${body.id}`)
    const used = await world.call('GET /v1/users', undefined, { key: body.key })

    expect(past.body.code).toBe('INVALID_TIME')
    expect(leap.status).toBe(400)
    expect(deleted.status).toBe(204)
    expect(used.status).toBe(401)
    expect((await world.call(`GET /v1/keys/${body.id}`)).body.code).toBe('KEY_NOT_FOUND')
  })

  it.each([
    { name: 'a\nb', role: 'support' },
    { name: 'a\ud800', role: 'support' },
    { name: 'a', role: 'root' },
    { name: 'a', role: 'admin', scopes: ['everything:write'] },
  ])('is not made of %o', async (body) => {
    expect((await make(body)).status).toBe(400)
  })
})
