import type { IncomingHttpHeaders } from 'node:http'
import type { ApiCredential } from '../../core/access/api-login.ts'

type Shown = Omit<ApiCredential, 'address'>

/**
 * What a request shows of whose it is: RFC 7617 with a client id in the place of the name, or RFC 6750.
 * Undefined where it shows nothing that can be read.
 */
export function readAuthorization(headers: IncomingHttpHeaders): Shown | undefined {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(headers.authorization ?? '') ?? []
  switch (scheme.toLowerCase()) {
    case 'basic':
      return readBasic(Buffer.from(value, 'base64').toString(), headers)
    case 'bearer':
      return { kind: 'token', credential: value, clientId: namedDevice(headers) }
  }
  return undefined
}

/** A client id with a colon can't stand before one; it comes in the header, and the name is empty. */
function readBasic(text: string, headers: IncomingHttpHeaders): Shown | undefined {
  const at = text.indexOf(':')
  if (at < 0) return undefined
  const clientId = at === 0 ? namedDevice(headers) : text.slice(0, at)
  return { kind: 'secret', clientId, credential: text.slice(at + 1) }
}

/** Node reads headers as Latin-1, and a client id is UTF-8. */
function namedDevice(headers: IncomingHttpHeaders): string | undefined {
  const name = headers['x-herald-client-id']
  return typeof name === 'string' ? Buffer.from(name, 'latin1').toString() : undefined
}
