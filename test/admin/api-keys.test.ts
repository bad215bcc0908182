import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeApiKeys } from '../../src/compose/api-keys.ts'
import type { ApiKeys } from '../../src/core/admin/api-keys.ts'
import { makeApiKey } from '../../src/credentials/api-key.ts'
import { addMissingKey } from '../../src/postgres/api-key-store.ts'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { refusalOf } from '../support/directory-world.ts'

const BOOTSTRAP = makeApiKey()
const HOUR_MS = 3_600_000

let world: ApiWorld
let keys: ApiKeys

beforeAll(async () => {
  world = await openApiWorld({ HERALD_BOOTSTRAP_KEY: BOOTSTRAP.secret })
  keys = composeApiKeys(world.db)
  await world.directory.users.add({ uid: 'ann' })
})
afterAll(() => world.close())

const inAnHour = () => new Date(Date.now() + HOUR_MS)

async function statusWith(key: string, target = 'GET /v1/users/ann', body?: unknown) {
  return (await world.call(target, body, { key })).status
}

/** As if so much time had passed for the key. */
const age = (id: string, column: 'expires_at' | 'last_used_at', interval: string) =>
  world.pool.query(`update api_keys set ${column} = ${column} - $2::interval where id = $1`, [
    id,
    interval,
  ])

const lastUsed = async (id: string) => (await keys.show(id)).lastUsedAt?.getTime()

describe('an API key', () => {
  it('is good until it ends', async () => {
    const { key, secret } = await keys.add({ name: 'k', role: 'admin', expiresAt: inAnHour() })

    expect(await statusWith(secret)).toBe(200)
    await age(key.id, 'expires_at', '61 minutes')
    expect(await statusWith(secret)).toBe(401)
  })

  it('is not made to have ended already, nor without a name', async () => {
    const past = keys.add({ name: 'k', role: 'admin', expiresAt: new Date(Date.now() - 1) })
    const nameless = keys.add({ name: '', role: 'admin' })

    expect(await refusalOf(past)).toBe('INVALID_TIME expiresAt')
    expect(await refusalOf(nameless)).toBe('INVALID_TEXT name')
  })

  it('is exchanged with an overlap, for one of the same rights', async () => {
    const old = await keys.add({ name: 'k', role: 'admin', scopes: ['users:read'] })
    const made = await keys.rotate(old.key.id, inAnHour())

    expect([await statusWith(old.secret), await statusWith(made.secret)]).toEqual([200, 200])
    expect(made.key).toMatchObject({ name: 'k', role: 'admin', scopes: ['users:read'] })
    expect(await keys.show(old.key.id)).toMatchObject({ replacedBy: made.key.id })
    await age(old.key.id, 'expires_at', '61 minutes')
    expect([await statusWith(old.secret), await statusWith(made.secret)]).toEqual([401, 200])
  })

  it('ends no later than it would have, where it is exchanged', async () => {
    const expiresAt = inAnHour()
    const old = await keys.add({ name: 'k', role: 'admin', expiresAt })
    await keys.rotate(old.key.id, new Date(expiresAt.getTime() + HOUR_MS))

    expect((await keys.show(old.key.id)).expiresAt).toEqual(expiresAt)
  })

  it('may what its scopes say, of what its role may', async () => {
    const narrowed = await keys.add({
      name: 'k',
      role: 'support',
      scopes: ['users:read', 'users:write', 'keys:read'],
    })
    const may = [
      await statusWith(narrowed.secret),
      // Not a support's, who may see it, though.
      await statusWith(narrowed.secret, 'PATCH /v1/users/ann', {}),
      // Not of its scopes: as if it were not there.
      await statusWith(narrowed.secret, 'GET /v1/users/ann/devices'),
      await statusWith(narrowed.secret, 'PATCH /v1/devices/phone', {}),
    ]

    expect(may).toEqual([200, 403, 404, 404])
  })

  it('remembers its last use to the minute', async () => {
    const { key, secret } = await keys.add({ name: 'k', role: 'admin' })
    const never = await lastUsed(key.id)
    await statusWith(secret)
    const first = await lastUsed(key.id)
    await statusWith(secret)
    const second = await lastUsed(key.id)
    await age(key.id, 'last_used_at', '61 seconds')
    await statusWith(secret)

    expect([never, second]).toEqual([undefined, first])
    expect(await lastUsed(key.id)).toBeGreaterThanOrEqual(first ?? Number.POSITIVE_INFINITY)
  })

  it('is worth nothing once it is removed', async () => {
    const { key, secret } = await keys.add({ name: 'k', role: 'admin' })
    await keys.remove(key.id)

    expect(await statusWith(secret)).toBe(401)
    expect(await refusalOf(keys.remove(key.id))).toBe('KEY_NOT_FOUND id')
  })

  it('is kept as a digest', async () => {
    const { secret } = await keys.add({ name: 'k', role: 'admin' })
    const { rows } = await world.pool.query(
      `select to_jsonb(k)::text || encode(digest, 'escape') as row from api_keys k`,
    )

    expect(rows.map(({ row }) => row).join()).not.toContain(secret.slice('hk_000000000000_'.length))
  })

  it('is not opened by its id alone', async () => {
    const { secret } = await keys.add({ name: 'k', role: 'admin' })
    const forged = `${secret.slice(0, -2)}${secret.endsWith('AA') ? 'BB' : 'AA'}`

    expect(await statusWith(forged)).toBe(401)
  })
})

describe('HERALD_BOOTSTRAP_KEY', () => {
  it('is an admin key from the start', async () => {
    expect(await statusWith(BOOTSTRAP.secret, 'PATCH /v1/users/ann', {})).toBe(200)
    expect(await keys.show(BOOTSTRAP.id)).toMatchObject({ name: 'bootstrap', role: 'admin' })
  })

  it('changes nothing at the next start', async () => {
    await addMissingKey(world.db, {
      id: BOOTSTRAP.id,
      digest: BOOTSTRAP.digest,
      name: 'other',
      role: 'support',
    })

    expect(await keys.show(BOOTSTRAP.id)).toMatchObject({ name: 'bootstrap', role: 'admin' })
  })
})
