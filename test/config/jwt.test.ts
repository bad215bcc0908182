import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { JwtConfig } from '../../src/config/config.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import { complaintsAbout, faultsOf, sourcesOf } from './config-world.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const ed25519 = generateKeyPairSync('ed25519')

const RSA = pemOf(rsa.publicKey)
const P256 = pemOf(p256.publicKey)
const P384 = pemOf(p384.publicKey)
const ED25519 = pemOf(ed25519.publicKey)
const SECRET = 's'.repeat(32)
const JWKS_URL = 'https://keys.example/jwks.json'

// A certificate whose key is in CERTIFICATE_KEY; both from: openssl req -x509 -newkey ed25519.
const CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBQjCB9aADAgECAhQq2hrJ+1f6fNxjirokcm2CpwoCdjAFBgMrZXAwFjEUMBIG
A1UEAwwLaGVyYWxkLXRlc3QwIBcNMjYxMTIzMjM0NTE5WhgPMjEyNjEwMzAyMzQ1
MTlaMBYxFDASBgNVBAMMC2hlcmFsZC10ZXN0MCowBQYDK2VwAyEADNVZw9QvtyX8
JHRjN5XvrNPthUA20hZ2m6/JAwdmqHGjUzBRMB0GA1UdDgQWBBSn2tI4XC5MgqTY
zkLWtPRAHtjWkDAfBgNVHSMEGDAWgBSn2tI4XC5MgqTYzkLWtPRAHtjWkDAPBgNV
HRMBAf8EBTADAQH/MAUGAytlcANBAMgi/PJk2BpuSF5LAiiCx5R5gMo8eV6nORxU
O9Ca0q+UtAWIjbNAsOtiRS7+gIX23ZXZiEcTohZgzf14SF2BeQ4=
-----END CERTIFICATE-----`
const CERTIFICATE_KEY = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEADNVZw9QvtyX8JHRjN5XvrNPthUA20hZ2m6/JAwdmqHE=
-----END PUBLIC KEY-----
`

const folder = mkdtempSync(join(tmpdir(), 'herald-config-'))
afterAll(() => rmSync(folder, { recursive: true }))

function pemOf(key: KeyObject): string {
  return key.export({ type: 'spki', format: 'pem' }).toString()
}

function fileOf(name: string, content: string): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

function jwtOf(env: Readonly<Record<string, string>>): JwtConfig | undefined {
  return loadConfig(sourcesOf({ env })).logins.jwt
}

describe('tokens', () => {
  it('are one of the logins as soon as their settings are there', () => {
    const env = { HERALD_JWT_ALGORITHMS: 'HS256', HERALD_JWT_SECRET: SECRET }

    expect(loadConfig(sourcesOf({ env })).logins.links).toEqual(['secret', 'jwt', 'password'])
  })

  it('are not one of the logins where these are named without them', () => {
    const env = {
      HERALD_JWT_ALGORITHMS: 'HS256',
      HERALD_JWT_SECRET: SECRET,
      HERALD_LOGINS: 'secret',
    }

    expect(loadConfig(sourcesOf({ env })).logins.links).toEqual(['secret'])
  })

  it('are checked as the settings say', () => {
    const jwt = jwtOf({
      HERALD_JWT_ALGORITHMS: 'RS256,PS512',
      HERALD_JWT_JWKS_URL: JWKS_URL,
      HERALD_JWT_ISSUER: 'https://id.example',
      HERALD_JWT_AUDIENCE: 'chat',
      HERALD_JWT_LEEWAY: '1m',
      HERALD_JWT_UID_CLAIM: 'uid',
      HERALD_JWT_CLIENT_ID_CLAIM: 'device',
      HERALD_JWT_ATTRS_CLAIM: 'attrs',
      HERALD_JWT_PROVISION: 'on',
    })

    expect(jwt).toEqual({
      algorithms: ['RS256', 'PS512'],
      publicKeys: [],
      jwksUrl: JWKS_URL,
      issuer: 'https://id.example',
      audience: 'chat',
      leewayMs: 60_000,
      uidClaim: 'uid',
      clientIdClaim: 'device',
      attrsClaim: 'attrs',
      provision: true,
    })
  })

  it('have defaults for all but algorithms and keys', () => {
    expect(jwtOf({ HERALD_JWT_ALGORITHMS: 'HS256', HERALD_JWT_SECRET: SECRET })).toEqual({
      algorithms: ['HS256'],
      secret: SECRET,
      publicKeys: [],
      leewayMs: 5000,
      uidClaim: 'sub',
      attrsClaim: 'client_attrs',
      provision: false,
    })
  })

  it.each(['http://127.0.0.1:9000/jwks', 'http://localhost/jwks', 'http://[::1]/jwks'])(
    'may have their keys from %s, which nobody else can answer for',
    (url) => {
      expect(faultsOf({ HERALD_JWT_ALGORITHMS: 'RS256', HERALD_JWT_JWKS_URL: url })).toEqual([])
    },
  )
})

describe('public keys', () => {
  it.each([
    ['RS256', RSA],
    ['PS512', RSA],
    ['ES256', P256],
    ['ES384', P384],
    ['EdDSA', ED25519],
  ])('for %s are read from PEM text', (algorithm, pem) => {
    const jwt = jwtOf({ HERALD_JWT_ALGORITHMS: algorithm, HERALD_JWT_PUBLIC_KEY: pem })

    expect(jwt?.publicKeys).toEqual([pem])
  })

  it('may have "\\n" for their line ends, and there may be several', () => {
    const jwt = jwtOf({
      HERALD_JWT_ALGORITHMS: 'RS256,EdDSA',
      HERALD_JWT_PUBLIC_KEY: `${RSA}${ED25519}`.replaceAll('\n', '\\n'),
    })

    expect(jwt?.publicKeys).toEqual([RSA, ED25519])
  })

  it('are read from a file', () => {
    const path = fileOf('keys.pem', `# ours\n${RSA}\n${ED25519}`)

    const jwt = jwtOf({ HERALD_JWT_ALGORITHMS: 'RS256,EdDSA', HERALD_JWT_PUBLIC_KEY_FILE: path })

    expect(jwt?.publicKeys).toEqual([RSA, ED25519])
  })

  it('are taken out of certificates', () => {
    const jwt = jwtOf({ HERALD_JWT_ALGORITHMS: 'EdDSA', HERALD_JWT_PUBLIC_KEY: CERTIFICATE })

    expect(jwt?.publicKeys).toEqual([CERTIFICATE_KEY])
  })
})

describe('what stops the start', () => {
  it.each([
    ['no signature at all', { HERALD_JWT_ALGORITHMS: 'none' }, /ALGORITHMS: .*anybody could log/],
    ['an algorithm that there is not', { HERALD_JWT_ALGORITHMS: 'HS265' }, /ALGORITHMS: "HS265"/],
    ['HS256 without a secret', { HERALD_JWT_ALGORITHMS: 'HS256' }, /SECRET: is not set, though HS/],
    ['RS256 without a key', { HERALD_JWT_ALGORITHMS: 'RS256' }, /ALGORITHMS: names RS256, but/],
    ['a key without algorithms', { HERALD_JWT_SECRET: SECRET }, /ALGORITHMS: is not set, though/],
    ['a check without tokens', { HERALD_JWT_ISSUER: 'x' }, /ALGORITHMS: is not set, though/],
    [
      'a secret shorter than its hash',
      { HERALD_JWT_ALGORITHMS: 'HS256,HS512', HERALD_JWT_SECRET: 's'.repeat(63) },
      /SECRET: is shorter .*at least 64 bytes/,
    ],
    [
      'a secret that nothing uses',
      { HERALD_JWT_ALGORITHMS: 'RS256', HERALD_JWT_PUBLIC_KEY: RSA, HERALD_JWT_SECRET: SECRET },
      /SECRET: is used by none/,
    ],
    [
      'a public key for a secret',
      { HERALD_JWT_ALGORITHMS: 'HS256', HERALD_JWT_SECRET: RSA },
      /SECRET: holds PEM text/,
    ],
    [
      'a key of another algorithm',
      { HERALD_JWT_ALGORITHMS: 'ES256', HERALD_JWT_PUBLIC_KEY: `${P256}${P384}` },
      /PUBLIC_KEY: holds a key that none of the algorithms uses, ec \(secp384r1\)/,
    ],
    [
      'an algorithm without a key among several',
      { HERALD_JWT_ALGORITHMS: 'ES256,RS256', HERALD_JWT_PUBLIC_KEY: P256 },
      /ALGORITHMS: names RS256, but there is no key/,
    ],
    [
      'a shared secret beside a public key set',
      {
        HERALD_JWT_ALGORITHMS: 'HS256,RS256',
        HERALD_JWT_SECRET: SECRET,
        HERALD_JWT_JWKS_URL: JWKS_URL,
      },
      /JWKS_URL: is set beside HS256/,
    ],
    [
      'a key set that others can answer for',
      { HERALD_JWT_ALGORITHMS: 'RS256', HERALD_JWT_JWKS_URL: 'http://keys.example/jwks' },
      /JWKS_URL: .* is not an https URL/,
    ],
    [
      'a private key',
      {
        HERALD_JWT_ALGORITHMS: 'EdDSA',
        HERALD_JWT_PUBLIC_KEY: ed25519.privateKey
          .export({ type: 'pkcs8', format: 'pem' })
          .toString(),
      },
      /PUBLIC_KEY: holds a private key/,
    ],
    [
      'text that is no PEM',
      { HERALD_JWT_ALGORITHMS: 'RS256', HERALD_JWT_PUBLIC_KEY: 'abc' },
      /PUBLIC_KEY: holds no PEM block/,
    ],
    [
      'PEM that is no key',
      {
        HERALD_JWT_ALGORITHMS: 'RS256',
        HERALD_JWT_PUBLIC_KEY: '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----',
      },
      /PUBLIC_KEY: a block "PUBLIC KEY" in it can't be read/,
    ],
    [
      'a weak key',
      {
        HERALD_JWT_ALGORITHMS: 'RS256',
        HERALD_JWT_PUBLIC_KEY: pemOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey),
      },
      /PUBLIC_KEY: holds a weak key, rsa \(1024 bits\)/,
    ],
    [
      'a file that is not there',
      { HERALD_JWT_ALGORITHMS: 'RS256', HERALD_JWT_PUBLIC_KEY_FILE: '/nowhere/key.pem' },
      /PUBLIC_KEY_FILE: "\/nowhere\/key.pem" can't be read \(ENOENT\)/,
    ],
    [
      'keys in two places',
      {
        HERALD_JWT_ALGORITHMS: 'RS256',
        HERALD_JWT_PUBLIC_KEY: RSA,
        HERALD_JWT_PUBLIC_KEY_FILE: fileOf('rsa.pem', RSA),
      },
      /PUBLIC_KEY_FILE: is set beside HERALD_JWT_PUBLIC_KEY;/,
    ],
  ])('%s', (_, env, complaint) => {
    expect(complaintsAbout(env)).toEqual([expect.stringMatching(complaint)])
  })
})
