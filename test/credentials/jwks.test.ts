import { createPrivateKey } from 'node:crypto'
import { setImmediate } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createJwtLink, type JwtSettings } from '../../src/credentials/jwt-link.ts'
import {
  aJwtSettings,
  anotherSigner,
  aPayload,
  aSigner,
  SECRET,
  sign,
  signParts,
} from '../support/jwt-world.ts'
import { jwkOf, startKeySetServer } from '../support/key-set-server.ts'
import { aClock, prove, refused, START_S } from '../support/login-world.ts'

const PROVED = { kind: 'proved', expireAt: START_S + 3600 }
const WRONG = refused('wrong-token')
const NO_KEYS = { kind: 'unavailable', reason: 'keys-unavailable' }
const MINUTE_MS = 60_000

const OLD = aSigner('ES256')
const NEW = anotherSigner('ES256')

let server: Awaited<ReturnType<typeof startKeySetServer>>

beforeEach(async () => {
  server = await startKeySetServer()
  server.publish(jwkOf(OLD, { kid: 'old' }))
})

afterEach(async () => {
  await server.close()
})

function aLink(settings: Partial<JwtSettings> = {}) {
  const clock = aClock()
  const faults: Error[] = []
  const link = createJwtLink({
    settings: aJwtSettings({ algorithms: ['ES256'], jwksUrl: server.url, ...settings }),
    now: clock.now,
    onFault: (fault) => void faults.push(fault),
  })
  return { link, clock, faults }
}

describe('createJwks', () => {
  it('fetches the set once, however many tokens come at once and later', async () => {
    const { link, faults } = aLink()
    const tokens = Array.from({ length: 50 }, (_, n) => sign(OLD, { jti: `${n}` }, 'old'))

    const proofs = await Promise.all(tokens.map((credential) => prove(link, { credential })))

    expect(new Set(proofs.map(({ kind }) => kind))).toEqual(new Set(['proved']))
    expect(await prove(link, { credential: sign(OLD, {}, 'old') })).toEqual(PROVED)
    expect(server.requests()).toBe(1)
    expect(faults).toEqual([])
  })

  it('fetches nothing before a token asks for it', () => {
    aLink()

    expect(server.requests()).toBe(0)
  })

  it('finds a new key as soon as half a minute has passed, and can not say before', async () => {
    const { link, clock } = aLink()
    await prove(link, { credential: sign(OLD, {}, 'old') })
    server.publish(jwkOf(OLD, { kid: 'old' }), jwkOf(NEW, { kid: 'new' }))
    const credential = sign(NEW, {}, 'new')

    clock.move(29_999)
    expect(await prove(link, { credential })).toEqual(NO_KEYS)
    expect(server.requests()).toBe(1)

    clock.move(1)
    expect(await prove(link, { credential })).toEqual(PROVED)
    expect(await prove(link, { credential: sign(OLD, {}, 'old') })).toEqual(PROVED)
    expect(server.requests()).toBe(2)
  })

  it('is not made to fetch more often by key ids that were made up', async () => {
    const { link, clock } = aLink()

    for (let minute = 0; minute < 2; minute++) {
      for (let burst = 0; burst < 4; burst++) {
        const made = Array.from({ length: 100 }, (_, n) => `${minute} ${burst} ${n}`)
        const proofs = made.map((kid) => prove(link, { credential: sign(NEW, {}, kid) }))
        for (const { kind } of await Promise.all(proofs)) expect(kind).not.toBe('proved')
        clock.move(15_000)
      }
    }

    expect(server.requests()).toBe(4)
  })

  it('refuses a key id that the set has not, once it has looked', async () => {
    const { link } = aLink()

    expect(await prove(link, { credential: sign(NEW, {}, 'nobody') })).toEqual(WRONG)
  })

  it('refuses a token of another key under a known key id, without a fetch', async () => {
    const { link, clock } = aLink()
    await prove(link, { credential: sign(OLD, {}, 'old') })
    clock.move(MINUTE_MS)

    expect(await prove(link, { credential: sign(NEW, {}, 'old') })).toEqual(WRONG)
    expect(server.requests()).toBe(1)
  })

  it('fetches nothing for an algorithm that is not allowed', async () => {
    const { link } = aLink()
    const header = JSON.stringify({ alg: 'HS256', kid: 'new' })

    const credentials = [sign(aSigner('ES384'), {}, 'new'), signParts(header, '{}')]

    for (const credential of credentials) expect(await prove(link, { credential })).toEqual(WRONG)
    expect(server.requests()).toBe(0)
  })

  it('accepts a withdrawn key no more after ten minutes, though it remembers its tokens', async () => {
    const { link, clock } = aLink()
    const credential = sign(OLD, {}, 'old')
    await prove(link, { credential })
    server.publish(jwkOf(NEW, { kid: 'new' }))

    clock.move(10 * MINUTE_MS)
    // This one finds the set old, and what is found meanwhile is the last good one.
    expect(await prove(link, { credential })).toEqual(PROVED)
    expect(await prove(link, { credential: sign(NEW, {}, 'new') })).toEqual(PROVED)

    expect(await prove(link, { credential })).not.toMatchObject({ kind: 'proved' })
    clock.move(MINUTE_MS)
    expect(await prove(link, { credential })).toEqual(WRONG)
  })

  it('looks for a newer set even if all it is asked is what it remembers', async () => {
    const { link, clock } = aLink()
    const credential = sign(OLD, {}, 'old')
    await prove(link, { credential })
    server.publish(jwkOf(NEW, { kid: 'new' }))

    clock.move(10 * MINUTE_MS)
    while ((await prove(link, { credential })).kind === 'proved') await setImmediate()

    expect(server.requests()).toBe(2)
  })

  it('can not say anything as long as it never had a set, and tries again', async () => {
    const { link, clock, faults } = aLink()
    const credential = sign(OLD, {}, 'old')
    server.answer((_request, response) => void response.writeHead(503).end())

    expect(await prove(link, { credential })).toEqual(NO_KEYS)
    expect(await prove(link, { credential })).toEqual(NO_KEYS)
    expect(server.requests()).toBe(1)
    expect(faults).toHaveLength(1)

    server.publish(jwkOf(OLD, { kid: 'old' }))
    clock.move(30_000)
    expect(await prove(link, { credential })).toEqual(PROVED)
  })

  it.each([
    ['answers with a fault', (_request, response) => response.writeHead(500).end('{"keys":[]}')],
    ['hangs up', (request) => request.socket.destroy()],
    [
      'hangs up half-way',
      (request, response) => {
        response.write('{"keys":', () => request.socket.destroy())
      },
    ],
    ['answers what is no JSON', (_request, response) => response.end('<html>')],
    ['answers what is no set', (_request, response) => response.end('[]')],
    ['answers null', (_request, response) => response.end('null')],
    ['answers an empty set', (_request, response) => response.end('{"keys":[]}')],
    [
      'answers keys of no use',
      (_request, response) => {
        response.end('{"keys":[null, 1, {"kty":"EC"}, {"kty":"RSA","n":"AQAB","e":"AQAB"}]}')
      },
    ],
    [
      'sends us elsewhere',
      (request, response) => {
        if (request.url !== '/jwks.json') response.end(JSON.stringify({ keys: [jwkOf(NEW)] }))
        else response.writeHead(302, { location: '/elsewhere' }).end()
      },
    ],
    ['has no end', (_request, response) => response.end('x'.repeat(600 * 1024))],
  ] satisfies [string, Parameters<typeof server.answer>[0]][])(
    'keeps the last good set while the endpoint %s',
    async (_name, answer) => {
      const { link, clock, faults } = aLink()
      await prove(link, { credential: sign(OLD, {}, 'old') })
      server.answer(answer)

      clock.move(24 * 60 * MINUTE_MS)
      const claims = { exp: START_S + 90_000 }
      expect(await prove(link, { credential: sign(NEW, claims, 'new') })).toEqual(NO_KEYS)
      expect(await prove(link, { credential: sign(OLD, claims, 'old') })).toMatchObject({
        kind: 'proved',
      })
      expect(faults.map(String)).toEqual(['Error: the JWT key set could not be fetched'])
    },
  )

  it('tries all keys for a token that names none, and none that is for another algorithm', async () => {
    server.publish(jwkOf(aSigner('RS256'), { kid: 'a' }), jwkOf(OLD, { kid: 'b' }), jwkOf(NEW))
    const { link } = aLink()

    expect(await prove(link, { credential: sign(OLD) })).toEqual(PROVED)
    expect(await prove(link, { credential: sign(NEW, {}, 'any') })).toEqual(PROVED)
    expect(await prove(link, { credential: sign(anotherSigner('ES256')) })).toEqual(WRONG)
  })

  it('takes keys that are fixed beside those that are published', async () => {
    const { link } = aLink({ publicKeys: [NEW.publicKey] })

    expect(await prove(link, { credential: sign(NEW, {}, 'any') })).toEqual(PROVED)
    expect(server.requests()).toBe(0)
    expect(await prove(link, { credential: sign(OLD, {}, 'old') })).toEqual(PROVED)
  })

  it.each([
    ['is for encryption', { use: 'enc' }],
    ['is for wrapping keys', { use: undefined, key_ops: ['wrapKey'] }],
    ['is for another algorithm', { alg: 'ES512' }],
    ['is a secret', { kty: 'oct', k: Buffer.from(SECRET).toString('base64url') }],
    ['has a key id that is no text', { kid: 7 }],
  ])('passes over a key that %s', async (_name, fields) => {
    server.publish(jwkOf(OLD, { kid: 'a', ...fields }), jwkOf(NEW, { kid: 'b' }))
    const { link } = aLink({ algorithms: ['ES256', 'HS256'], secret: `${SECRET}!` })
    const header = JSON.stringify({ alg: 'HS256', kid: 'a' })

    expect(await prove(link, { credential: sign(OLD) })).toEqual(WRONG)
    const hmac = signParts(header, JSON.stringify(aPayload()))
    expect(await prove(link, { credential: hmac })).toEqual(WRONG)
  })

  it('takes the public half of a key that was published whole by mistake', async () => {
    const whole = createPrivateKey(OLD.privateKey).export({ format: 'jwk' })
    server.publish({ ...whole, kid: 'old', key_ops: ['sign', 'verify'], alg: 'ES256' })

    expect(await prove(aLink().link, { credential: sign(OLD, {}, 'old') })).toEqual(PROVED)
  })

  it.each(['RS256', 'PS512', 'ES384', 'ES512', 'EdDSA'] as const)(
    'takes keys for %s',
    async (algorithm) => {
      const signer = aSigner(algorithm)
      server.publish(jwkOf(signer, { kid: 'a' }))
      const { link } = aLink({ algorithms: [algorithm] })

      expect(await prove(link, { credential: sign(signer, {}, 'a') })).toEqual(PROVED)
    },
  )
})
