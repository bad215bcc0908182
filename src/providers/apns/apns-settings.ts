import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { FieldReader } from '../field-reader.ts'

export interface ApnsSettings {
  readonly key: ApnsKey
  readonly bundleId: string
  readonly isVoip: boolean
  /** Without a slash at their ends. */
  readonly endpoint: string
  readonly sandboxEndpoint: string
  /** Whom to trust instead of the usual authorities, in PEM. */
  readonly ca: string | undefined
  /** To each endpoint, and for each name. */
  readonly connectionsMax: number
  readonly sound: string
}

/** What Apple knows a team's provider by. */
export interface ApnsKey {
  readonly teamId: string
  readonly keyId: string
  readonly privateKey: KeyObject
}

// https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
const PRODUCTION = 'https://api.push.apple.com'
const SANDBOX = 'https://api.sandbox.push.apple.com'

export function readApnsSettings(fields: FieldReader): ApnsSettings | undefined {
  const teamId = fields.text('teamId', appleIdFault)
  const keyId = fields.text('keyId', appleIdFault)
  const bundleId = fields.text('bundleId', bundleIdFault)
  const privateKey = readKey(fields)
  const rest = {
    isVoip: fields.flag('voip', false),
    endpoint: originOf(fields.optionalText('endpoint', endpointFault) ?? PRODUCTION),
    sandboxEndpoint: originOf(fields.optionalText('sandboxEndpoint', endpointFault) ?? SANDBOX),
    ca: fields.optionalSecret('ca'),
    connectionsMax: fields.integer('connectionsMax', { min: 1, max: 32, fallback: 4 }),
    sound: fields.optionalText('sound', soundFault) ?? 'default',
  }
  if (fields.faults.length > 0) return undefined
  if (teamId === undefined || keyId === undefined) return undefined
  if (bundleId === undefined || privateKey === undefined) return undefined
  return { key: { teamId, keyId, privateKey }, bundleId, ...rest }
}

function readKey(fields: FieldReader): KeyObject | undefined {
  const pem = fields.secret('key')
  if (pem === undefined) return undefined
  const privateKey = privateKeyOf(pem)
  // ES256 is the only algorithm that APNs takes.
  if (privateKey?.asymmetricKeyDetails?.namedCurve === 'prime256v1') return privateKey
  fields.fault('key', 'is no key for APNs', 'give the .p8 file as Apple let you download it')
  return undefined
}

function privateKeyOf(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}

function appleIdFault(value: string): string | undefined {
  return /^[A-Z0-9]{10}$/.test(value) ? undefined : 'is not ten capital letters and digits'
}

function bundleIdFault(value: string): string | undefined {
  return /^[A-Za-z0-9.-]{1,155}$/.test(value) ? undefined : 'is no bundle id, like com.example.chat'
}

function soundFault(value: string): string | undefined {
  return Buffer.byteLength(value) <= 128 ? undefined : 'is longer than 128 bytes'
}

function endpointFault(value: string): string | undefined {
  const url = URL.parse(value)
  const isOrigin = url?.protocol === 'https:' && url.pathname === '/' && url.search === ''
  return isOrigin ? undefined : 'is no address like https://api.push.apple.com'
}

function originOf(endpoint: string): string {
  return new URL(endpoint).origin
}
