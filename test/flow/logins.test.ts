import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LoginQuestion } from '../../src/core/access/login.ts'
import { createLoginThrottle } from '../../src/core/access/login-throttle.ts'
import { createLoginChain, type LoginChain } from '../../src/core/access/may-connect.ts'
import { makeDeviceSecret } from '../../src/credentials/device-secret.ts'
import { createDeviceSecretLink } from '../../src/credentials/device-secret-link.ts'
import { createJwtLink } from '../../src/credentials/jwt-link.ts'
import { hashPassword } from '../../src/credentials/password-hash.ts'
import { createPasswordLink } from '../../src/credentials/password-link.ts'
import { createTicketMaker } from '../../src/credentials/ticket.ts'
import { createTicketLink } from '../../src/credentials/ticket-link.ts'
import { COALESCE_LIMITS } from '../../src/postgres/coalesce.ts'
import { createDeviceRegistration } from '../../src/postgres/device-registration.ts'
import { createLoginFactsSource } from '../../src/postgres/login-facts.ts'
import { createPasswordHashes } from '../../src/postgres/password-hashes.ts'
import { createUserProvisioning } from '../../src/postgres/user-provisioning.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { aJwtSettings, SECRET, signWithSecret } from '../support/jwt-world.ts'
import { aClock, aLogin, START_MS, START_S } from '../support/login-world.ts'
import { sized } from '../support/size.ts'

const DEVICES_MAX = 10
const PASSWORD = 'correct horse battery'
const phone = makeDeviceSecret()
const tablet = makeDeviceSecret()
const ticket = createTicketMaker([SECRET])({
  uid: 'ann',
  clientId: undefined,
  expiresAt: new Date(START_MS + 60_000),
})

let database: TestDatabase
let chain: LoginChain

beforeAll(async () => {
  database = await createTestDatabase()
  chain = createChain(database)
  await addWorld(database)
})

afterAll(async () => {
  await database.drop()
})

function createChain({ db, pool }: TestDatabase): LoginChain {
  const { now } = aClock()
  const throttle = createLoginThrottle({ enabled: true, proxyAddresses: [] }, now)
  const settings = { memoryMax: 1000, memoryTtlMs: 3_600_000, queueMax: 100 }
  return createLoginChain({
    links: [
      createDeviceSecretLink(now),
      createJwtLink({ settings: aJwtSettings({ provision: true }), now, onFault() {} }),
      createTicketLink({ secrets: [SECRET], now }),
      createPasswordLink({ hashes: createPasswordHashes(db), throttle, settings, now }),
    ],
    facts: createLoginFactsSource(pool, COALESCE_LIMITS),
    registration: createDeviceRegistration(db),
    provisioning: createUserProvisioning(db),
    settings: { strangers: 'deny', devices: { max: DEVICES_MAX, selfRegistration: true } },
  })
}

/** Ann with a phone, a revoked tablet and a password; Bob with a phone; Carol, who is disabled. */
async function addWorld({ db }: TestDatabase): Promise<void> {
  await db
    .insertInto('users')
    .values([{ id: 'ann' }, { id: 'bob' }, { id: 'carol', disabledAt: new Date() }])
    .execute()
  await db
    .insertInto('devices')
    .values([
      { id: 'phone', userId: 'ann' },
      { id: 'tablet', userId: 'ann', revokedAt: new Date() },
      { id: 'bobs-phone', userId: 'bob' },
    ])
    .execute()
  await db
    .insertInto('deviceSecrets')
    .values([
      { deviceId: 'phone', digest: phone.digest },
      { deviceId: 'tablet', digest: tablet.digest },
    ])
    .execute()
  const hash = await hashPassword(PASSWORD)
  await db.insertInto('userPasswords').values({ userId: 'ann', hash }).execute()
  await db.insertInto('deletedUsers').values({ id: 'dave' }).execute()
}

function login(question: Partial<LoginQuestion>) {
  return chain.mayConnect(aLogin(question))
}

function denied(reason: string) {
  return { kind: 'deny', reason }
}

const CREDENTIALS = [
  ['device secret', phone.secret],
  ['token', signWithSecret()],
  ['ticket', ticket],
  ['password', PASSWORD],
] as const

describe('a login', () => {
  it.each(CREDENTIALS)(
    'by %s is let in on a device of the user’s own',
    async (_kind, credential) => {
      expect(await login({ credential })).toMatchObject({ kind: 'allow' })
    },
  )

  it.each(CREDENTIALS)('by %s is refused on another user’s device', async (_kind, credential) => {
    expect(await login({ credential, clientId: 'bobs-phone' })).toEqual(denied('foreign-device'))
  })

  it.each(CREDENTIALS)('by %s is refused on a revoked device', async (kind, credential) => {
    const sent = kind === 'device secret' ? tablet.secret : credential

    expect(await login({ credential: sent, clientId: 'tablet' })).toEqual(denied('revoked-device'))
  })

  it.each(CREDENTIALS)('by %s is refused under another name', async (_kind, credential) => {
    for (const username of ['bob', 'Ann', 'ann ']) {
      expect(await login({ credential, username })).toMatchObject({ kind: 'deny' })
    }
  })

  it('by token makes a user whom nobody knows, and keeps a deleted one out', async () => {
    const expireAt = START_S + 3600
    const asErin = { username: 'erin', credential: signWithSecret({ sub: 'erin' }) }
    const asDave = { username: 'dave', credential: signWithSecret({ sub: 'dave' }) }

    expect(await login({ ...asErin, clientId: 'e1' })).toEqual({ kind: 'allow', expireAt })
    expect(await login({ ...asErin, clientId: 'e2' })).toEqual({ kind: 'allow', expireAt })
    expect(await login({ ...asErin, clientId: 'phone' })).toEqual(denied('foreign-device'))
    expect(await login({ ...asDave, clientId: 'd1' })).toEqual(denied('deleted-user'))
  })

  it('of a disabled user is refused', async () => {
    const credential = signWithSecret({ sub: 'carol' })

    expect(await login({ username: 'carol', clientId: 'c1', credential })).toEqual(
      denied('disabled-user'),
    )
  })

  it('by password follows the password', async () => {
    const { db } = database
    await login({ credential: PASSWORD })
    const hash = await hashPassword('another password')
    const version = '1000000'
    await db.updateTable('userPasswords').set({ hash, version }).execute()

    expect(await login({ credential: PASSWORD })).toEqual(denied('wrong-password'))
    expect(await login({ credential: 'another password' })).toEqual({ kind: 'allow' })
  })

  it('on a new device registers it, and never more than the user may have', async () => {
    const credential = signWithSecret({ sub: 'frank' })
    const logins = Array.from({ length: sized(50, 200) }, (_, n) =>
      login({ username: 'frank', clientId: `franks ${n}`, credential }),
    )

    const verdicts = await Promise.all(logins)

    expect(new Set(verdicts.map(({ kind }) => kind))).toEqual(new Set(['allow']))
    const devices = await database.db
      .selectFrom('devices')
      .select('id')
      .where('userId', '=', 'frank')
      .execute()
    expect(devices).toHaveLength(DEVICES_MAX)
  })
})
