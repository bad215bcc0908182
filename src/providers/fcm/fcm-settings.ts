import type { FieldReader } from '../field-reader.ts'
import { readServiceAccount, type ServiceAccount } from './fcm-service-account.ts'

export interface FcmSettings {
  readonly credentials: FcmCredentials
  readonly projectId: string
  /** `https://fcm.googleapis.com` */
  readonly endpoint: string
  /** Whose certificates are trusted, in PEM; undefined: those whom the system trusts. */
  readonly ca: string | undefined
  readonly connections: number
  readonly looks: FcmLooks
}

export type FcmCredentials =
  | {
      readonly kind: 'service-account'
      readonly account: ServiceAccount
      readonly tokenEndpoint: string
    }
  | { readonly kind: 'application-default' }

/** How notifications are shown on Android. */
export interface FcmLooks {
  readonly channelId: string | undefined
  /** A channel that makes no sound: from Android 8 on, the channel decides. */
  readonly silentChannelId: string | undefined
  /** `app`: Android gets data only, and the app shows what it wants. */
  readonly shownBy: 'system' | 'app'
}

const ENDPOINT = 'https://fcm.googleapis.com'
const TOKEN_ENDPOINT = 'https://oauth2.googleapis.com/token'
/** https://cloud.google.com/resource-manager/docs/creating-managing-projects; a number does too. */
const PROJECT_ID = /^[a-z0-9][a-z0-9.:-]{2,62}$/

export function readFcmSettings(fields: FieldReader): FcmSettings | undefined {
  const credentials = readCredentials(fields)
  const projectId = fields.optionalText('projectId', projectFault) ?? projectOf(credentials)
  const settings = {
    endpoint: new URL(fields.optionalText('endpoint', originFault) ?? ENDPOINT).origin,
    ca: fields.optionalSecret('ca'),
    connections: fields.integer('connections', { min: 1, max: 256, fallback: 32 }),
    looks: {
      channelId: fields.optionalText('channelId'),
      silentChannelId: fields.optionalText('silentChannelId'),
      shownBy: fields.choice('shownBy', ['system', 'app'], 'system'),
    },
  }
  if (credentials === undefined) return undefined
  if (projectId === undefined) {
    if (!fields.has('projectId'))
      fields.fault('projectId', 'is missing', 'set it: nothing else names it')
    return undefined
  }
  return fields.faults.length === 0 ? { credentials, projectId, ...settings } : undefined
}

function readCredentials(fields: FieldReader): FcmCredentials | undefined {
  const usesDefault = fields.flag('applicationDefault', false)
  const tokenEndpoint = fields.optionalText('tokenEndpoint', urlFault)
  if (usesDefault) {
    fields.optionalSecret('serviceAccount')
    if (!fields.has('serviceAccount')) return { kind: 'application-default' }
    fields.fault('serviceAccount', 'is set beside applicationDefault', 'remove one of them')
    return undefined
  }
  const secret = fields.secret('serviceAccount')
  if (secret === undefined) return undefined
  const reading = readServiceAccount(secret)
  if ('problem' in reading) {
    fields.fault('serviceAccount', reading.problem, 'download a new private key in the console')
    return undefined
  }
  const { account } = reading
  const { tokenUri = TOKEN_ENDPOINT } = account
  if (urlFault(tokenUri) !== undefined) {
    fields.fault('serviceAccount', 'has a token_uri that is no https URL', 'correct it')
    return undefined
  }
  return { kind: 'service-account', account, tokenEndpoint: tokenEndpoint ?? tokenUri }
}

function projectOf(credentials: FcmCredentials | undefined): string | undefined {
  return credentials?.kind === 'service-account' ? credentials.account.projectId : undefined
}

function projectFault(value: string): string | undefined {
  return PROJECT_ID.test(value) ? undefined : 'is no id of a Firebase project, such as acme-chat'
}

function urlFault(value: string): string | undefined {
  const url = URL.parse(value)
  return url?.protocol === 'https:' ? undefined : 'is no https URL'
}

function originFault(value: string): string | undefined {
  const fault = urlFault(value)
  if (fault !== undefined) return fault
  const { pathname, search, hash, username } = new URL(value)
  const isMore = pathname !== '/' || search !== '' || hash !== '' || username !== ''
  return isMore ? 'is more than https://host:port' : undefined
}
