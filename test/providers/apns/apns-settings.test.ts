import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { apnsKind } from '../../../src/providers/apns/apns-provider.ts'
import { createFieldReader } from '../../../src/providers/field-reader.ts'
import { CA_PATH } from '../../support/tls-files.ts'

const KEY = pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
const OTHER_CURVE = pem(generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey)

const ENTRY = {
  teamId: 'TEAM123456',
  keyId: 'KEY1234567',
  bundleId: 'com.example.chat',
  key: { env: 'KEY' },
}

describe('settings of APNs', () => {
  it('are four at least, and serve both of Apple’s environments', () => {
    expect(read(ENTRY)).toEqual({ names: ['apns', 'apns-sandbox'], faults: [] })
  })

  it('serve calls where they are told to', () => {
    const { names } = read({ ...ENTRY, voip: true })

    expect(names).toEqual(['apns', 'apns-sandbox', 'apns-voip', 'apns-voip-sandbox'])
  })

  it('may be those of another app beside it', () => {
    expect(read(ENTRY, 'apns-beta').names).toEqual(['apns-beta', 'apns-beta-sandbox'])
  })

  it('know all that can be set', () => {
    const endpoint = 'https://localhost:9'
    const rest = { endpoint, sandboxEndpoint: endpoint, ca: { file: CA_PATH }, connectionsMax: 2 }

    expect(read({ ...ENTRY, ...rest, sound: 'chime.caf' }).faults).toEqual([])
  })

  it.each([
    ['teamId', 'team', 'is not ten capital letters and digits'],
    ['keyId', 'ABC', 'is not ten capital letters and digits'],
    ['bundleId', 'com example', 'is no bundle id, like com.example.chat'],
    ['key', { env: 'TEXT' }, 'is no key for APNs'],
    ['key', { env: 'OTHER_CURVE' }, 'is no key for APNs'],
    ['endpoint', 'http://localhost', 'is no address like https://api.push.apple.com'],
    ['endpoint', 'https://localhost/3/device', 'is no address like https://api.push.apple.com'],
    ['sandboxEndpoint', 'nonsense', 'is no address like https://api.push.apple.com'],
    ['ca', { file: '/nowhere/ca.pem' }, "names /nowhere/ca.pem, which can't be read"],
    ['connectionsMax', 0, 'is not a whole number from 1 to 32'],
    ['sound', 's'.repeat(129), 'is longer than 128 bytes'],
    ['topic', 'com.example.chat', 'is unknown'],
  ])('refuse %s = %j', (field, value, problem) => {
    const { faults } = read({ ...ENTRY, [field]: value })

    expect(faults).toEqual([expect.stringMatching(`^apns.${field} ${problem}`)])
  })

  it('are told all that is missing', () => {
    expect(read({}).faults).toEqual([
      'apns.teamId is missing',
      'apns.keyId is missing',
      'apns.bundleId is missing',
      'apns.key is missing',
    ])
  })
})

describe('a device token', () => {
  it.each(['ab'.repeat(32), 'AB'.repeat(32), '01'.repeat(80)])('may be %s', (token) => {
    expect(apnsKind.tokenFault(token)).toBeUndefined()
    expect(apnsKind.canonicalToken(token)).toBe(token.toLowerCase())
  })

  it.each(['', 'ab', 'abc'.repeat(21), 'xy'.repeat(32), `${'ab'.repeat(32)}\n`, 'ab'.repeat(101)])(
    'is not %j',
    (token) => {
      expect(apnsKind.tokenFault(token)).toBe('is not what iOS gives an app, in hexadecimal digits')
    },
  )
})

function read(entry: object, name = 'apns') {
  const env = { KEY, OTHER_CURVE, TEXT: 'no key' }
  const fields = createFieldReader(name, entry, {
    env,
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  const ready = apnsKind.read(fields)
  fields.finish()
  return {
    names: ready?.names,
    faults: fields.faults.map(({ path, problem }) => `${path} ${problem}`),
  }
}

function pem(key: { export(options: { type: 'pkcs8'; format: 'pem' }): string | Buffer }): string {
  return String(key.export({ type: 'pkcs8', format: 'pem' }))
}
