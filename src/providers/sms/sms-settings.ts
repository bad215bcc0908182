import type { FieldReader } from '../field-reader.ts'
import type { PostEndpoint } from '../post-session.ts'

/** Where a vendor is. Undefined where `endpoint` is wrong, which the reader has noted. */
export function readEndpoint(fields: FieldReader, usual: string): PostEndpoint | undefined {
  const endpoint = URL.parse(fields.optionalText('endpoint', endpointFault) ?? usual)
  const rest = { ca: fields.optionalSecret('ca'), connectionsMax: readConnectionsMax(fields) }
  return endpoint === null ? undefined : { endpoint, ...rest }
}

/** As many as a worker calls at once. */
export function readConnectionsMax(fields: FieldReader): number {
  return fields.integer('connectionsMax', { min: 1, max: 1_000, fallback: 100 })
}

export function readSegmentsMax(fields: FieldReader): number {
  return fields.integer('segmentsMax', { min: 1, max: 10, fallback: 1 })
}

function endpointFault(value: string): string | undefined {
  const url = URL.parse(value)
  const isOrigin =
    url?.protocol === 'https:' && (value === url.origin || value === `${url.origin}/`)
  return isOrigin ? undefined : 'is no address such as https://sms.example.com'
}

export function urlFault(value: string): string | undefined {
  const url = URL.parse(value)
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:') {
    return 'is no address that begins with https:// or http://'
  }
  if (url.username !== '' || url.password !== '') return 'has a password in it, where logs show it'
  return url.hash === '' ? undefined : 'has a fragment, which is never sent'
}
