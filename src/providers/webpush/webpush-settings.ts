import type { FieldReader } from '../field-reader.ts'
import type { SessionSettings } from './webpush-session.ts'
import { isVapidPair, type VapidSettings } from './webpush-vapid.ts'

export interface WebPushSettings extends SessionSettings {
  readonly vapid: VapidSettings
}

export function readWebPushSettings(fields: FieldReader): WebPushSettings | undefined {
  const publicKey = fields.text('publicKey', (value) =>
    isKey(value, 65) ? undefined : 'is no public key for VAPID: 65 bytes in base64url',
  )
  const privateKey = readPrivateKey(fields)
  const subject = fields.text('subject', subjectFault)
  const session = {
    allowLoopback: fields.flag('allowLoopback', false),
    ca: fields.optionalSecret('ca'),
    // As many as a worker calls at once.
    connectionsMax: fields.integer('connectionsMax', { min: 1, max: 1_000, fallback: 100 }),
  }
  if (publicKey === undefined || privateKey === undefined || subject === undefined) return undefined
  if (!isVapidPair({ publicKey, privateKey })) {
    fields.fault('publicKey', 'does not belong to the private key', 'give both keys of one pair')
  }
  return fields.faults.length > 0
    ? undefined
    : { vapid: { publicKey, privateKey, subject }, ...session }
}

function readPrivateKey(fields: FieldReader): string | undefined {
  const key = fields.secret('privateKey')
  if (key === undefined || isKey(key, 32)) return key
  const problem = 'is no private key for VAPID: 32 bytes in base64url'
  fields.fault('privateKey', problem, 'make a pair with `herald provider vapid-keys`')
  return undefined
}

function isKey(value: string, length: number): boolean {
  const bytes = Buffer.from(value, 'base64url')
  return bytes.length === length && bytes.toString('base64url') === value
}

/** Apple refuses all messages for one that leads nowhere, such as a mailbox at localhost. */
function subjectFault(value: string): string | undefined {
  const url = URL.parse(value)
  const host = url?.protocol === 'mailto:' ? url.pathname.split('@')[1] : url?.hostname
  const isContact = url?.protocol === 'https:' || url?.protocol === 'mailto:'
  if (!isContact || host === undefined || !/^[^.].*\.[a-z][a-z0-9-]+$/i.test(host)) {
    return 'is no mailto: or https: address at which you can be reached from the internet'
  }
  return undefined
}
