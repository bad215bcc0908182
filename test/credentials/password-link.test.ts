import { parseOptions } from '@node-rs/argon2'
import { beforeAll, describe, expect, it } from 'vitest'
import { createLoginThrottle } from '../../src/core/access/login-throttle.ts'
import { hashPassword, makeDecoyHash, verifyPassword } from '../../src/credentials/password-hash.ts'
import { createPasswordLink } from '../../src/credentials/password-link.ts'
import type { PasswordSettings } from '../../src/credentials/password-settings.ts'
import { aClock, prove, refused } from '../support/login-world.ts'

const PASSWORD = 'correct horse battery'
const WRONG = refused('wrong-password')
const PROVED = { kind: 'proved' }
const QUEUE_FULL = { kind: 'unavailable', reason: 'password-queue-full' }
const SLOWED_DOWN = { kind: 'unavailable', reason: 'slowed-down' }
const HOUR_MS = 3_600_000
const ANN = { passwordVersion: '1' }

let annsHash: string
let newHash: string

beforeAll(async () => {
  annsHash = await hashPassword(PASSWORD)
  newHash = await hashPassword('another password')
})

/** A link over stored hashes that a test may change; each argon2 reads one of them first. */
function aLink(settings: Partial<PasswordSettings> = {}) {
  const clock = aClock()
  const stored = new Map([['ann', { hash: annsHash, version: '1' }]])
  let reads = 0
  const link = createPasswordLink({
    hashes: {
      async find(uid) {
        reads++
        return stored.get(uid)
      },
    },
    throttle: createLoginThrottle({ enabled: true, proxyAddresses: [] }, clock.now),
    settings: { memoryMax: 100, memoryTtlMs: HOUR_MS, queueMax: 10, ...settings },
    now: clock.now,
  })
  return { link, clock, stored, reads: () => reads }
}

describe('createPasswordLink', () => {
  it('takes the right password', async () => {
    expect(await prove(aLink().link, { credential: PASSWORD }, ANN)).toEqual(PROVED)
  })

  it.each(['', ' ', 'Correct horse battery', `${PASSWORD} `, `${PASSWORD}\u0000`])(
    'refuses "%s"',
    async (credential) => {
      expect(await prove(aLink().link, { credential }, ANN)).toEqual(WRONG)
    },
  )

  it.each([
    ['a device secret', 'hds_abc', false],
    ['a ticket', 'hlt_abc', false],
    ['a token', 'eyJhbGciOiJIUzI1NiJ9.e30.AAAA', false],
    ['1024 bytes', 'x'.repeat(1024), true],
    ['1025 bytes', 'x'.repeat(1025), false],
    ['1026 bytes in 342 characters', '用'.repeat(342), false],
    ['what has no UTF-8 form', '\ud800', false],
    ['any other text', 'päss wörd 🚀', true],
  ])('recognises %s: %3$s', (_name, credential, isRecognised) => {
    expect(aLink().link.recognises(credential)).toBe(isRecognised)
  })

  describe('spends the same work', () => {
    it.each([
      ['an unknown user', { user: 'unknown' }, 'unknown-user'],
      ['a deleted user', { user: 'deleted' }, 'deleted-user'],
      ['a user without a password', {}, 'wrong-password'],
    ] as const)('on %s as on a wrong password', async (_name, facts, reason) => {
      const { link, stored, reads } = aLink()
      stored.clear()

      expect(await prove(link, { credential: PASSWORD }, facts)).toEqual(refused(reason))
      expect(reads()).toBe(1)
    })

    it('by a decoy that costs what a hash costs and fits no password', async () => {
      const decoy = makeDecoyHash()

      expect(parseOptions(decoy)).toEqual(parseOptions(annsHash))
      expect(await verifyPassword(decoy, PASSWORD)).toBe(false)
      expect(makeDecoyHash()).not.toBe(decoy)
    })
  })

  describe('remembers', () => {
    it('a right password, and does not ask argon2 again', async () => {
      const { link, reads } = aLink()

      for (let n = 0; n < 3; n++) {
        expect(await prove(link, { credential: PASSWORD }, ANN)).toEqual(PROVED)
      }
      expect(reads()).toBe(1)
    })

    it('a wrong one as well, which is no further guess', async () => {
      const { link, reads } = aLink()

      for (let n = 0; n < 50; n++) {
        expect(await prove(link, { credential: 'old password' }, ANN)).toEqual(WRONG)
      }
      expect(reads()).toBe(1)
      expect(await prove(link, { credential: PASSWORD }, ANN)).toEqual(PROVED)
    })

    it('neither for another user', async () => {
      const { link } = aLink()
      await prove(link, { credential: PASSWORD }, ANN)

      expect(await prove(link, { username: 'bob', credential: PASSWORD }, ANN)).toEqual(WRONG)
    })

    it('nothing once the password is another', async () => {
      const { link, stored } = aLink()
      await prove(link, { credential: PASSWORD }, ANN)
      stored.set('ann', { hash: newHash, version: '2' })

      const changed = { passwordVersion: '2' }
      expect(await prove(link, { credential: PASSWORD }, changed)).toEqual(WRONG)
      expect(await prove(link, { credential: 'another password' }, changed)).toEqual(PROVED)
    })

    it('nothing once the password is removed', async () => {
      const { link, stored } = aLink()
      await prove(link, { credential: PASSWORD }, ANN)
      stored.clear()

      expect(await prove(link, { credential: PASSWORD })).toEqual(WRONG)
    })

    it('nothing of a password that changed while it was looked at', async () => {
      const { link, stored, reads } = aLink()
      stored.set('ann', { hash: newHash, version: '2' })

      expect(await prove(link, { credential: 'another password' }, ANN)).toEqual(PROVED)
      expect(await prove(link, { credential: 'another password' }, ANN)).toEqual(PROVED)
      expect(reads()).toBe(2)
    })

    it('as long as it is used', async () => {
      const { link, clock, reads } = aLink()
      await prove(link, { credential: PASSWORD }, ANN)

      clock.move(HOUR_MS - 1)
      await prove(link, { credential: PASSWORD }, ANN)
      clock.move(HOUR_MS - 1)
      await prove(link, { credential: PASSWORD }, ANN)
      expect(reads()).toBe(1)

      clock.move(HOUR_MS + 1)
      await prove(link, { credential: PASSWORD }, ANN)
      expect(reads()).toBe(2)
    })

    it('no more than it is told to', async () => {
      const { link, stored, reads } = aLink({ memoryMax: 1 })
      stored.set('bob', { hash: annsHash, version: '1' })

      for (const username of ['ann', 'bob', 'bob', 'ann']) {
        expect(await prove(link, { username, credential: PASSWORD }, ANN)).toEqual(PROVED)
      }
      expect(reads()).toBe(3)
    })

    it('nothing where it is told to', async () => {
      const { link, reads } = aLink({ memoryMax: 0 })

      await prove(link, { credential: PASSWORD }, ANN)
      await prove(link, { credential: PASSWORD }, ANN)
      expect(reads()).toBe(2)
    })
  })

  describe('at once', () => {
    it('asks argon2 once for all who send the same', async () => {
      const { link, reads } = aLink({ queueMax: 0 })
      const logins = Array.from({ length: 100 }, () => prove(link, { credential: PASSWORD }, ANN))

      expect(new Set((await Promise.all(logins)).map(({ kind }) => kind))).toEqual(
        new Set(['proved']),
      )
      expect(reads()).toBe(1)
    })

    it('lets no more wait than it is told to', async () => {
      const { link, reads } = aLink({ queueMax: 3 })
      const logins = Array.from({ length: 20 }, (_, n) =>
        prove(link, { address: `192.0.2.${n}`, credential: `guess ${n}` }, ANN),
      )

      const proofs = await Promise.all(logins)
      const decided = proofs.filter(({ kind }) => kind === 'refused').length
      expect(decided).toBe(reads())
      expect(decided).toBeGreaterThanOrEqual(4)
      expect(decided).toBeLessThanOrEqual(5)
      for (const proof of proofs.slice(5)) expect(proof).toEqual(QUEUE_FULL)
    })

    it('does not hold a full queue against anybody', async () => {
      const { link } = aLink({ queueMax: 0 })
      for (let n = 0; n < 5; n++) {
        const logins = Array.from({ length: 20 }, (_, m) =>
          prove(link, { username: `user${n} ${m}`, address: '192.0.2.9', credential: 'x' }),
        )
        await Promise.all(logins)
      }

      const proof = await prove(link, { address: '192.0.2.9', credential: PASSWORD }, ANN)
      expect(proof).toEqual(PROVED)
    })
  })

  describe('slows down', () => {
    async function guess(link: ReturnType<typeof aLink>['link'], count: number, address: string) {
      for (let n = 0; n < count; n++) {
        await prove(link, { address, credential: `guess ${address} ${n}` }, ANN)
      }
    }

    it('who sends one wrong password after the other, and spends nothing on them', async () => {
      const { link, reads } = aLink()
      await guess(link, 20, '192.0.2.9')

      expect(reads()).toBe(5)
      const login = { address: '192.0.2.9', credential: 'one more' }
      expect(await prove(link, login, ANN)).toEqual(SLOWED_DOWN)
    })

    it('even the right password from there, remembered or not', async () => {
      const { link } = aLink()
      await prove(link, { credential: PASSWORD }, ANN)
      await guess(link, 5, '192.0.2.9')

      const login = { address: '192.0.2.9', credential: PASSWORD }
      expect(await prove(link, login, ANN)).toEqual(SLOWED_DOWN)
    })

    it('not the owner elsewhere', async () => {
      const { link } = aLink()
      await guess(link, 5, '192.0.2.9')

      expect(await prove(link, { credential: PASSWORD }, ANN)).toEqual(PROVED)
    })

    it('for a while', async () => {
      const { link, clock } = aLink()
      await guess(link, 5, '192.0.2.9')

      clock.move(1000)

      const login = { address: '192.0.2.9', credential: PASSWORD }
      expect(await prove(link, login, ANN)).toEqual(PROVED)
    })

    it('nobody where a remembered login has come from before', async () => {
      const { link } = aLink()
      await prove(link, { address: '198.51.100.1', credential: PASSWORD }, ANN)
      await prove(link, { address: '198.51.100.2', credential: PASSWORD }, ANN)
      for (let n = 0; n < 60; n++) await guess(link, 1, `192.0.2.${n}`)

      const fresh = { address: '198.51.100.3', credential: PASSWORD }
      expect(await prove(link, fresh, ANN)).toEqual(SLOWED_DOWN)
      const known = { address: '198.51.100.2', credential: PASSWORD }
      expect(await prove(link, known, ANN)).toEqual(PROVED)
    })
  })

  it('fails without a word of the password or its hash', async () => {
    const { link, stored } = aLink()
    stored.set('ann', { hash: '$argon2id$spoilt', version: '1' })
    const failure = await prove(link, { credential: PASSWORD }, ANN).catch((error) => error)

    expect(failure).toBeInstanceOf(Error)
    const said = JSON.stringify([failure.message, failure.stack, failure.cause, { ...failure }])
    expect(said).not.toMatch(/horse|spoilt/)
  })

  it('tries again after a failure', async () => {
    const { link, stored } = aLink()
    stored.set('ann', { hash: 'spoilt', version: '1' })
    await expect(prove(link, { credential: PASSWORD }, ANN)).rejects.toThrow()

    stored.set('ann', { hash: annsHash, version: '1' })

    expect(await prove(link, { credential: PASSWORD }, ANN)).toEqual(PROVED)
  })
})

describe('hashPassword', () => {
  it('takes the parameters that OWASP asks for at least', () => {
    expect(annsHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })

  it('salts', async () => {
    expect(await hashPassword(PASSWORD)).not.toBe(annsHash)
  })
})
