import type { FieldReader } from '../../field-reader.ts'
import { readKeysOf } from '../../standard-webhooks.ts'
import { readConnectionsMax, readSegmentsMax, urlFault } from '../sms-settings.ts'

export interface HttpSmsSettings {
  readonly url: URL
  /** What takes a check and sends nothing, on the same server. */
  readonly checkUrl: URL | undefined
  readonly keys: readonly Buffer[]
  readonly ca: string | undefined
  readonly connectionsMax: number
  readonly segmentsMax: number
}

export function readHttpSmsSettings(fields: FieldReader): HttpSmsSettings | undefined {
  const url = fields.text('url', urlFault)
  const checkUrl = fields.optionalText('checkUrl', (value) => checkUrlFault(value, url))
  const keys = readKeysOf(fields, 'secret', fields.secret('secret'))
  const rest = {
    ca: fields.optionalSecret('ca'),
    connectionsMax: readConnectionsMax(fields),
    segmentsMax: readSegmentsMax(fields),
  }
  if (fields.faults.length > 0 || url === undefined || keys === undefined) return undefined
  const check = checkUrl === undefined ? undefined : new URL(checkUrl)
  return { url: new URL(url), checkUrl: check, keys, ...rest }
}

function checkUrlFault(value: string, url: string | undefined): string | undefined {
  const fault = urlFault(value)
  if (fault !== undefined || url === undefined) return fault
  const isThere = URL.parse(value)?.origin === URL.parse(url)?.origin
  return isThere ? undefined : 'is on another server than url'
}
