import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createJwtLink, type JwtSettings } from '../../src/credentials/jwt-link.ts'
import {
  aJwtSettings,
  anotherSigner,
  aPayload,
  aSigner,
  SECRET,
  sign,
  signParts,
  signWithSecret,
} from '../support/jwt-world.ts'
import { aClock, aLogin, prove, refused, START_S } from '../support/login-world.ts'
import { sized } from '../support/size.ts'

const PROVED = { kind: 'proved', expireAt: START_S + 3600 }
const WRONG = refused('wrong-token')

function aLink(settings: Partial<JwtSettings> = {}) {
  const clock = aClock()
  const onFault = (fault: Error) => {
    throw fault
  }
  const link = createJwtLink({ settings: aJwtSettings(settings), now: clock.now, onFault })
  return { link, clock }
}

const HS256 = JSON.stringify({ alg: 'HS256' })
const PUBLIC_KEY_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
] as const

describe('createJwtLink', () => {
  describe.each(['HS256', 'HS384', 'HS512'] as const)('with %s', (algorithm) => {
    const { link } = aLink({ algorithms: [algorithm] })

    it('takes a token that the secret has signed', async () => {
      const credential = signWithSecret({}, { algorithm })

      expect(await prove(link, { credential })).toEqual(PROVED)
    })

    it('refuses one that another secret has signed', async () => {
      const credential = signWithSecret({}, { algorithm, secret: `${SECRET}!` })

      expect(await prove(link, { credential })).toEqual(WRONG)
    })
  })

  describe.each(PUBLIC_KEY_ALGORITHMS)('with %s', (algorithm) => {
    const signer = aSigner(algorithm)
    const settings = { algorithms: [algorithm], publicKeys: [signer.publicKey] }
    const { link } = aLink(settings)

    it('takes a token that the private key has signed', async () => {
      expect(await prove(link, { credential: sign(signer) })).toEqual(PROVED)
    })

    it('refuses one that another key has signed', async () => {
      const credential = sign(anotherSigner(algorithm))

      expect(await prove(link, { credential })).toEqual(WRONG)
    })

    it('refuses one whose payload or signature was changed', async () => {
      const [header, , signature] = sign(signer).split('.')
      const [, payload] = sign(signer, { sub: 'bob' }).split('.')
      const forged = `${header}.${payload}.${signature}`

      expect(await prove(link, { username: 'bob', credential: forged })).toEqual(WRONG)
      expect(await prove(link, { credential: `${header}.${payload}.` })).toEqual(WRONG)
    })

    it('refuses an HMAC over the public key, known to everybody', async () => {
      const all = aLink({ ...settings, algorithms: [algorithm, 'HS256', 'HS384', 'HS512'] })
      const texts = [signer.publicKey, signer.publicKey.trim()]
      for (const hmac of ['HS256', 'HS384', 'HS512'] as const) {
        for (const secret of texts) {
          const credential = signWithSecret({}, { algorithm: hmac, secret })

          expect(await prove(link, { credential })).toEqual(WRONG)
          expect(await prove(all.link, { credential })).toEqual(WRONG)
        }
      }
    })

    it('refuses a token that is not signed at all', async () => {
      const payload = Buffer.from(JSON.stringify(aPayload())).toString('base64url')
      for (const alg of ['none', 'None', 'NONE', '', algorithm]) {
        const header = Buffer.from(JSON.stringify({ alg })).toString('base64url')

        expect(await prove(link, { credential: `${header}.${payload}.` })).toEqual(WRONG)
      }
    })
  })

  it('takes an RSA key for the algorithms that are allowed and no other', async () => {
    const { publicKey } = aSigner('RS256')
    const { link } = aLink({ algorithms: ['RS256', 'PS384'], publicKeys: [publicKey] })

    expect(await prove(link, { credential: sign(aSigner('RS256')) })).toEqual(PROVED)
    expect(await prove(link, { credential: sign(aSigner('PS384')) })).toEqual(PROVED)
    expect(await prove(link, { credential: sign(aSigner('RS512')) })).toEqual(WRONG)
    expect(await prove(link, { credential: sign(aSigner('PS256')) })).toEqual(WRONG)
    expect(await prove(link, { credential: signWithSecret() })).toEqual(WRONG)
  })

  it('takes tokens of several keys and of a secret beside them', async () => {
    const signers = [aSigner('ES256'), anotherSigner('ES256'), aSigner('EdDSA')]
    const publicKeys = signers.map(({ publicKey }) => publicKey)
    const { link } = aLink({ algorithms: ['HS256', 'ES256', 'EdDSA'], publicKeys })

    for (const credential of [...signers.map((signer) => sign(signer)), signWithSecret()]) {
      expect(await prove(link, { credential })).toEqual(PROVED)
    }
  })

  describe('looks at the claims', () => {
    it.each([
      ['another uid', {}, { sub: 'bob' }, 'token-of-another-user'],
      ['another case of the uid', {}, { sub: 'Ann' }, 'token-of-another-user'],
      ['a uid with a space after it', {}, { sub: 'ann ' }, 'token-of-another-user'],
      ['a decomposed form of the uid', {}, { sub: 'a\u0301nn' }, 'token-of-another-user'],
      ['no uid', {}, { sub: undefined }, 'wrong-token'],
      ['a uid that is a number', {}, { sub: 42 }, 'wrong-token'],
      ['a uid in a list', {}, { sub: ['ann'] }, 'wrong-token'],
      ['another issuer', { issuer: 'us' }, { iss: 'them' }, 'wrong-token'],
      ['no issuer', { issuer: 'us' }, {}, 'wrong-token'],
      ['another audience', { audience: 'us' }, { aud: 'them' }, 'wrong-token'],
      ['other audiences', { audience: 'us' }, { aud: ['them', 'us too'] }, 'wrong-token'],
      ['no audience', { audience: 'us' }, {}, 'wrong-token'],
      ['no end', {}, { exp: undefined }, 'endless-token'],
      ['an end in words', {}, { exp: 'tomorrow' }, 'wrong-token'],
      ['null for an end', {}, { exp: null }, 'wrong-token'],
      ['a beginning in words', {}, { nbf: 'yesterday' }, 'wrong-token'],
      ['another device', { clientIdClaim: 'cid' }, { cid: 'tablet' }, 'token-of-another-device'],
      ['a device that is no text', { clientIdClaim: 'cid' }, { cid: 7 }, 'wrong-token'],
    ] as const)('and refuses %s', async (_name, settings, claims, reason) => {
      const { link } = aLink(settings)

      expect(await prove(link, { credential: signWithSecret(claims) })).toEqual(refused(reason))
    })

    it.each([
      ['the issuer', { issuer: 'us' }, { iss: 'us' }],
      ['the audience', { audience: 'us' }, { aud: 'us' }],
      ['one of the audiences', { audience: 'us' }, { aud: ['them', 'us'] }],
      ['the uid in a claim of another name', { uidClaim: 'user' }, { sub: 'x', user: 'ann' }],
      ['the device', { clientIdClaim: 'cid' }, { cid: 'phone' }],
      ['no device', { clientIdClaim: 'cid' }, {}],
      ['a device that nobody asks about', {}, { cid: 'tablet' }],
      ['an audience and issuer that nobody asks about', {}, { iss: 'them', aud: 'them' }],
    ] as const)('and takes %s', async (_name, settings, claims) => {
      const { link } = aLink(settings)

      expect(await prove(link, { credential: signWithSecret(claims) })).toEqual(PROVED)
    })

    it('and takes the uid byte for byte', async () => {
      const uid = 'Ünïcødé 用户 🚀'
      const credential = signWithSecret({ sub: uid })

      expect(await prove(aLink().link, { username: uid, credential })).toEqual(PROVED)
    })
  })

  describe('looks at the time', () => {
    it.each([
      ['before the end', 0, { exp: 10 }, 9999, { kind: 'proved', expireAt: START_S + 10 }],
      ['at the end', 0, { exp: 10 }, 10_000, refused('expired-token')],
      ['within the leeway', 5, { exp: 10 }, 10_000, { kind: 'proved', expireAt: START_S + 15 }],
      ['late in the leeway', 5, { exp: 10 }, 14_999, { kind: 'proved', expireAt: START_S + 15 }],
      ['after the leeway', 5, { exp: 10 }, 15_000, refused('expired-token')],
      ['long after', 5, { exp: -9e9 }, 0, refused('expired-token')],
      ['before a fraction', 0, { exp: 1.5 }, 1499, { kind: 'proved', expireAt: START_S + 2 }],
      ['after a fraction', 0, { exp: 1.5 }, 1500, refused('expired-token')],
      ['before the beginning', 0, { exp: 99, nbf: 10 }, 9999, refused('early-token')],
      [
        'at the beginning',
        0,
        { exp: 99, nbf: 10 },
        10_000,
        { kind: 'proved', expireAt: START_S + 99 },
      ],
      [
        'ahead by the leeway',
        5,
        { exp: 99, nbf: 10 },
        5000,
        { kind: 'proved', expireAt: START_S + 99 },
      ],
      ['ahead by more', 5, { exp: 99, nbf: 10 }, 4999, refused('early-token')],
    ] as const)('%s, with %d s leeway', async (_name, leewayS, times, atMs, proof) => {
      const { link, clock } = aLink({ leewayMs: leewayS * 1000 })
      const claims = Object.entries(times).map(([name, offset]) => [name, START_S + offset])
      const credential = signWithSecret(Object.fromEntries(claims))

      clock.move(atMs)

      expect(await prove(link, { credential })).toEqual(proof)
    })

    it('each time, also of a token that it has verified before', async () => {
      const { link, clock } = aLink({ clientIdClaim: 'cid' })
      const credential = signWithSecret({ exp: START_S + 10, cid: 'phone' })
      await prove(link, { credential })

      expect(await prove(link, { credential, username: 'bob' })).toEqual(
        refused('token-of-another-user'),
      )
      expect(await prove(link, { credential, clientId: 'tablet' })).toEqual(
        refused('token-of-another-device'),
      )
      clock.move(9999)
      expect(await prove(link, { credential })).toMatchObject({ kind: 'proved' })
      clock.move(1)
      expect(await prove(link, { credential })).toEqual(refused('expired-token'))
    })

    it('and lets no connection outlast ten years', async () => {
      const tenYears = START_S + 10 * 365 * 86_400

      for (const exp of [START_S * 1000, Number.MAX_VALUE]) {
        const credential = signWithSecret({ exp })
        expect(await prove(aLink().link, { credential })).toEqual({
          kind: 'proved',
          expireAt: tenYears,
        })
      }
    })
  })

  describe('reads attributes', () => {
    it.each([
      ['texts', { tenant: 'x', role: 'y' }, { tenant: 'x', role: 'y' }],
      [
        'numbers and yes or no as text',
        { n: 1.5, t: true, f: false },
        { n: '1.5', t: 'true', f: 'false' },
      ],
      ['nothing of what is no text', { a: null, b: [], c: {}, d: 'x' }, { d: 'x' }],
      ['a name like any other', JSON.parse('{"__proto__": "x"}'), JSON.parse('{"__proto__": "x"}')],
      ['no text without a UTF-8 form', { a: '\ud800', '\udfff': 'x', b: 'y' }, { b: 'y' }],
    ])('%s', async (_name, claim, clientAttrs) => {
      const credential = signWithSecret({ client_attrs: claim })

      expect(await prove(aLink().link, { credential })).toEqual({ ...PROVED, clientAttrs })
    })

    it.each([
      ['an empty object', {}],
      ['an object of nothing usable', { a: null }],
      ['a list', ['a']],
      ['a text', 'a'],
      ['null', null],
    ])('none from %s', async (_name, claim) => {
      const credential = signWithSecret({ client_attrs: claim })

      expect(await prove(aLink().link, { credential })).toEqual(PROVED)
    })

    it('from the claim that the settings name', async () => {
      const { link } = aLink({ attrsClaim: 'attrs' })
      const credential = signWithSecret({ attrs: { a: 'b' }, client_attrs: { c: 'd' } })

      expect(await prove(link, { credential })).toEqual({ ...PROVED, clientAttrs: { a: 'b' } })
    })
  })

  it.each([
    ['a critical extension', { alg: 'HS256', crit: ['b64'], b64: false }],
    ['an empty list of critical extensions', { alg: 'HS256', crit: [] }],
    ['null for critical extensions', { alg: 'HS256', crit: null }],
    ['a key id that is no text', { alg: 'HS256', kid: 7 }],
    ['an algorithm in a list', { alg: ['HS256'] }],
    ['an algorithm in another case', { alg: 'hs256' }],
    ['no algorithm', { typ: 'JWT' }],
  ])('refuses a header with %s', async (_name, header) => {
    const credential = signParts(JSON.stringify(header), JSON.stringify(aPayload()))

    expect(await prove(aLink().link, { credential })).toEqual(WRONG)
  })

  it('refuses what is not UTF-8, however it was signed', async () => {
    const { link } = aLink()
    const spoilt = Buffer.from(JSON.stringify(aPayload({ sub: 'ann?' })))
    spoilt[spoilt.indexOf('?')] = 0xff
    const spoiltHeader = Buffer.from('{"alg":"HS256","x":"?"}')
    spoiltHeader[spoiltHeader.indexOf('?')] = 0xff
    const bodies: [string | Buffer, string | Buffer][] = [
      [HS256, spoilt],
      [spoiltHeader, JSON.stringify(aPayload())],
    ]

    for (const [header, payload] of bodies) {
      for (const username of ['ann', 'ann\ufffd']) {
        const credential = signParts(header, payload)
        expect(await prove(link, { username, credential })).toEqual(WRONG)
      }
    }
  })

  it('takes a token that is signed over what is UTF-8', async () => {
    const credential = signParts(HS256, JSON.stringify(aPayload()))

    expect(await prove(aLink().link, { credential })).toEqual(PROVED)
  })

  it('refuses a token of more than 8 KiB, and takes one that is a little smaller', async () => {
    const { link } = aLink()
    const ofPadding = (size: number) => signWithSecret({ padding: 'x'.repeat(size) })

    expect(await prove(link, { credential: ofPadding(6000) })).toEqual(PROVED)
    expect(await prove(link, { credential: ofPadding(7000) })).toEqual(WRONG)
  })

  it.each([
    ['a payload that is a list', signParts(HS256, '[]')],
    ['a payload that is a text', signParts(HS256, '"ann"')],
    ['a payload that is null', signParts(HS256, 'null')],
    ['a payload that is no JSON', signParts(HS256, 'ann')],
    ['a payload of great depth', signParts(HS256, `${'['.repeat(4000)}`)],
    ['a header that is a list', signParts('["HS256"]', JSON.stringify(aPayload()))],
    ['five parts, as an encrypted one has', `${signWithSecret()}.x.y`],
    ['white space in it', signWithSecret().replace('.', '.\n')],
    ['padding', `${signWithSecret()}=`],
  ])('refuses %s', async (_name, credential) => {
    expect(await prove(aLink().link, { credential })).toEqual(WRONG)
  })

  it('neither takes nor breaks on a token that was tampered with', async () => {
    const { link } = aLink({ clientIdClaim: 'cid' })
    const token = signWithSecret({ cid: 'phone' })
    const change = fc.record({
      at: fc.nat({ max: token.length - 1 }),
      by: fc.constantFrom(...'ABCXYZabcxyz0189-_.= \u0000é'),
      cut: fc.nat({ max: 3 }),
    })

    await fc.assert(
      fc.asyncProperty(change, async ({ at, by, cut }) => {
        const credential = token.slice(0, at) + by + token.slice(at + cut)
        // The last character has two bits that belong to no byte, so four of them mean the same.
        fc.pre(decoded(credential) !== decoded(token))
        expect(await link.prove(aLogin({ credential }), fail)).toEqual(WRONG)
      }),
      { seed: 20261123, numRuns: sized(500, 20_000) },
    )
  })

  it('says whether its users may be made', () => {
    expect(aLink().link.mayProvision).toBe(false)
    expect(aLink({ provision: true }).link.mayProvision).toBe(true)
  })

  describe('does not start', () => {
    const { publicKey, privateKey } = aSigner('RS256')
    const rsa1024 = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
    const pem = (key: { publicKey: { export(options: object): string | Buffer } }) =>
      key.publicKey.export({ type: 'spki', format: 'pem' }).toString()

    const faults: [string, Partial<JwtSettings>, string][] = [
      ['with a secret that no algorithm may use', { algorithms: ['RS256'] }, 'no key'],
      ['with a public key for a secret', { secret: publicKey }, 'PEM form'],
      ['with a private key', { publicKeys: [privateKey] }, 'private one'],
      ['with a key that is none', { publicKeys: ['secret words'] }, "can't be read"],
      ['with a key that no algorithm may use', { publicKeys: [publicKey] }, 'is for RS256'],
      ['with a short RSA key', { publicKeys: [pem(rsa1024)] }, 'shorter than 2048'],
      ['with a curve of no algorithm', { publicKeys: [pem(secp256k1)] }, 'secp256k1'],
      ['with a key set sent in the clear', { jwksUrl: 'http://keys.example/jwks' }, 'https'],
    ]
    it.each(faults)('%s, and says so without quoting it', (_name, settings, sentence) => {
      expect(() => aLink(settings)).toThrow(sentence)
      expect(() => aLink(settings)).not.toThrow(/secret words|BEGIN/)
    })
  })

  it('takes a certificate for its key', async () => {
    const { link } = aLink({ algorithms: ['ES256'], publicKeys: [CERTIFICATE] })

    expect(await prove(link, { credential: SIGNED_BY_ITS_KEY })).toEqual(PROVED)
  })
})

function fail(): never {
  throw new Error('this was not to be asked')
}

function decoded(token: string): string {
  return token
    .split('.')
    .map((part) => Buffer.from(part, 'base64url').toString('hex'))
    .join('.')
}

const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBijCCAS+gAwIBAgIUa5kLrMOafbmkJQZ/PaB3jNRxx84wCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOaXNzdWVyLmV4YW1wbGUwIBcNMjYxMTIzMjM1MDA3WhgPMjEy
NjEwMzAyMzUwMDdaMBkxFzAVBgNVBAMMDmlzc3Vlci5leGFtcGxlMFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAECLY13AjdC1cCIjKhjxp71Q8FJKn3KCZhBCTnBrXn
XYGUJvSXRIYN3XF4KkdptlM7g/Pax+zOj+y0kPCPCM2gHaNTMFEwHQYDVR0OBBYE
FM3p8G8HyIptdQObTIGVyvwyycBbMB8GA1UdIwQYMBaAFM3p8G8HyIptdQObTIGV
yvwyycBbMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhAMBYi71p
VXovaY3/yZ5bEB8FvbHZ/MVStlc7bwfNpuWYAiEA0v2DutQyqcx/n6Ru64SDz1jf
oRZzSo6a/caL85PPYik=
-----END CERTIFICATE-----
`
const SIGNED_BY_ITS_KEY = [
  'eyJhbGciOiJFUzI1NiIsInR5cCI6IkpXVCJ9',
  'eyJzdWIiOiJhbm4iLCJleHAiOjE3OTUzOTU2MDB9',
  'EwaFINbfvbZcWyS0wDc9tTaNkRTXuvYfQ8BXRjY8L0l-CF1sTVfPO1Pe7e0qCcAxNJiiiVbQ29lzDelUuSJTww',
].join('.')
