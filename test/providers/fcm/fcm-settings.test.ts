import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fcmKind } from '../../../src/providers/fcm/fcm-provider.ts'
import { readFcmSettings } from '../../../src/providers/fcm/fcm-settings.ts'
import { createFieldReader } from '../../../src/providers/field-reader.ts'
import { aServiceAccount, EMAIL } from '../../support/fcm-world.ts'

function read(settings: object, account = aServiceAccount()) {
  const fields = createFieldReader('fcm', settings, {
    env: { ACCOUNT: account },
    readFile: () => {
      throw new Error('ENOENT')
    },
  })
  const read = readFcmSettings(fields)
  fields.finish()
  return { settings: read, faults: fields.faults.map(({ path, problem }) => `${path} ${problem}`) }
}

const SERVICE_ACCOUNT = { serviceAccount: { env: 'ACCOUNT' } }

describe('the settings', () => {
  it('need no more than a service account', () => {
    const { settings, faults } = read(SERVICE_ACCOUNT)

    expect(faults).toEqual([])
    expect(settings).toMatchObject({
      credentials: {
        kind: 'service-account',
        account: { email: EMAIL, keyId: '4f1d' },
        tokenEndpoint: 'https://oauth2.googleapis.com/token',
      },
      projectId: 'acme-chat',
      endpoint: 'https://fcm.googleapis.com',
      ca: undefined,
      connections: 32,
      looks: { channelId: undefined, silentChannelId: undefined, shownBy: 'system' },
    })
  })

  it('may name the project, which application default credentials do not', () => {
    const { settings, faults } = read({ applicationDefault: true, projectId: 'acme-other' })

    expect(faults).toEqual([])
    expect(settings).toMatchObject({
      credentials: { kind: 'application-default' },
      projectId: 'acme-other',
    })
  })

  it.each<[string, object, string]>([
    ['nothing', {}, 'fcm.serviceAccount is missing'],
    ['no project', { applicationDefault: true }, 'fcm.projectId is missing'],
    [
      'two credentials',
      { ...SERVICE_ACCOUNT, applicationDefault: true },
      'fcm.serviceAccount is set beside applicationDefault',
    ],
    [
      'a project that is none',
      { ...SERVICE_ACCOUNT, projectId: 'Acme Chat' },
      'fcm.projectId is no id of a Firebase project, such as acme-chat',
    ],
    [
      'an endpoint that is read by everybody',
      { ...SERVICE_ACCOUNT, endpoint: 'http://localhost:1' },
      'fcm.endpoint is no https URL',
    ],
    [
      'an endpoint with a path',
      { ...SERVICE_ACCOUNT, endpoint: 'https://localhost:1/v1' },
      'fcm.endpoint is more than https://host:port',
    ],
    [
      'a token endpoint that is read by everybody',
      { ...SERVICE_ACCOUNT, tokenEndpoint: 'http://localhost:1/token' },
      'fcm.tokenEndpoint is no https URL',
    ],
    [
      'too many connections',
      { ...SERVICE_ACCOUNT, connections: 1_000 },
      'fcm.connections is not a whole number from 1 to 256',
    ],
    ['a typing error', { ...SERVICE_ACCOUNT, chanelId: 'm' }, 'fcm.chanelId is unknown'],
  ])('with %s are refused', (_, settings, fault) => {
    const reading = read(settings)

    expect(reading.faults).toEqual([fault])
  })

  it.each<[string, string, string]>([
    ['no JSON', 'secret', 'is not the JSON of a service account'],
    [
      'another JSON',
      '{"type":"authorized_user"}',
      'is no service account: it has no client_email or no private_key',
    ],
    [
      'no RSA key',
      aServiceAccount({ private_key: ecKey() }),
      'has a private_key that is no RSA key',
    ],
    [
      'a key that is cut off',
      aServiceAccount({ private_key: '-----BEGIN PRIVATE KEY-----\nMIIE' }),
      'has a private_key that is no RSA key',
    ],
    [
      'a token endpoint that is read by everybody',
      aServiceAccount({ token_uri: 'http://localhost/token' }),
      'has a token_uri that is no https URL',
    ],
  ])('with a service account that is %s are refused', (_, account, problem) => {
    const { settings, faults } = read(SERVICE_ACCOUNT, account)

    expect(settings).toBeUndefined()
    expect(faults).toEqual([`fcm.serviceAccount ${problem}`])
  })
})

describe('a token', () => {
  it.each([
    'c2aK9KHmw8E:APA91bF7MY9bNnvGAXgbHN58lyDxc9KnuXNXwsqUs4uV4GyeF06HM1hMm-etu63S_4C-GnEtHAxJPJJC4H__VcIk90A69qQz65toFejxyncceg0_j5xwoFWvPQ5pzKo69rUnuCl1GSSv',
    'short',
  ])('%s may be one', (token) => {
    expect(fcmKind.tokenFault(token)).toBeUndefined()
    expect(fcmKind.canonicalToken(token)).toBe(token)
  })

  it.each(['', 'a b', 'a\n', '{"endpoint":"https://push.example"}'])('%j is none', (token) => {
    expect(fcmKind.tokenFault(token)).toBe('has characters that no FCM token has')
  })
})

function ecKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
}
