import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LoginFactsSource } from '../../src/core/ports/login-ports.ts'
import { COALESCE_LIMITS } from '../../src/postgres/coalesce.ts'
import { createLoginFactsSource } from '../../src/postgres/login-facts.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const ONE = 'A'.repeat(43)
const TWO = `${'B'.repeat(42)}_`

let database: TestDatabase
let facts: LoginFactsSource

beforeAll(async () => {
  database = await createTestDatabase()
  facts = createLoginFactsSource(database.pool, COALESCE_LIMITS)
  await database.pool.query(`
    insert into users (id, disabled_at) values ('ann lee', null), ('dan', now());
    insert into deleted_users (id) values ('gone');
    insert into devices (id, user_id, revoked_at) values
      ('a 1', 'ann lee', null), ('a2', 'ann lee', now()), ('d1', 'dan', null);
    insert into device_secrets (device_id, digest, expires_at) values
      ('a 1', '${ONE}', null), ('a 1', '${TWO}', to_timestamp(1795460781)), ('a2', '${ONE}', null);
    insert into user_passwords (user_id, hash, version) values ('ann lee', 'x', 7)`)
})

afterAll(() => database.drop())

describe('login facts', () => {
  it.each([
    ['secrets', [ONE, TWO], undefined],
    ['password-version', [], '7'],
    ['nothing', [], undefined],
  ] as const)('tell user, device and %s', async (storedProof, digests, passwordVersion) => {
    const read = await facts.ask({ uid: 'ann lee', clientId: 'a 1', storedProof })

    const expiries = { [ONE]: undefined, [TWO]: 1_795_460_781 }
    const secrets = digests.map((digest) => ({ digest, expiresAt: expiries[digest] }))
    expect(read).toEqual({
      user: 'active',
      device: 'own',
      secrets: expect.arrayContaining(secrets),
      passwordVersion,
    })
    expect(read.secrets).toHaveLength(digests.length)
  })

  it.each([
    ['ann lee', 'a2', 'active', 'revoked', '7'],
    ['ann lee', 'd1', 'active', 'foreign', '7'],
    ['ann lee', 'new', 'active', 'unknown', '7'],
    ['dan', 'd1', 'disabled', 'own', undefined],
    ['dan', 'a 1', 'disabled', 'foreign', undefined],
    ['gone', 'new', 'deleted', 'unknown', undefined],
    ['nobody', 'a 1', 'unknown', 'foreign', undefined],
  ])('tell of %s on %s: %s, %s', async (uid, clientId, user, device, version) => {
    const [read, withVersion] = await Promise.all([
      facts.ask({ uid, clientId, storedProof: 'secrets' }),
      facts.ask({ uid, clientId, storedProof: 'password-version' }),
    ])

    // Secrets of a device that the user may not use would only be a temptation.
    expect(read).toEqual({ user, device, secrets: [], passwordVersion: undefined })
    expect(withVersion).toEqual({ user, device, secrets: [], passwordVersion: version })
  })

  it('give each of many logins at once its own answer', async () => {
    const logins = Array.from({ length: 600 }, (_, n) =>
      n % 2 === 0
        ? ({ uid: 'ann lee', clientId: 'a 1', storedProof: 'secrets' } as const)
        : ({ uid: 'dan', clientId: 'd1', storedProof: 'nothing' } as const),
    )

    const read = await Promise.all(logins.map(facts.ask))

    expect(read.map(({ user }) => user)).toEqual(
      logins.map(({ uid }) => (uid === 'dan' ? 'disabled' : 'active')),
    )
  })
})
