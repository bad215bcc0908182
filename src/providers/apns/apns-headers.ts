import { sensitiveHeaders } from 'node:http2'
import type { ApnsPush } from './apns-payload.ts'

// Kept out of the peer's header table, where what is different each time would push out what is always
// the same: https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
const NEVER_INDEXED = { [sensitiveHeaders]: ['apns-id', 'apns-expiration', 'apns-collapse-id'] }

/** Name, value, name, value: cheaper than an object, of which Node would make this. */
export function apnsHeaders(
  push: ApnsPush,
  { host }: URL,
  authorization: string,
): readonly string[] {
  const headers = [
    ':method',
    'POST',
    ':scheme',
    'https',
    ':authority',
    host,
    ':path',
    apnsPath(push),
    'authorization',
    authorization,
    ...ownHeaders(push),
  ]
  return Object.assign(headers, NEVER_INDEXED)
}

export function apnsPath({ deviceToken }: ApnsPush): string {
  return `/3/device/${deviceToken}`
}

/** What a push says in headers, for people to read. */
export function readableHeaders(push: ApnsPush): Readonly<Record<string, string>> {
  const own = ownHeaders(push)
  return Object.fromEntries(
    own.flatMap((name, at) => (at % 2 === 0 ? [[name, own[at + 1] ?? '']] : [])),
  )
}

function ownHeaders(push: ApnsPush): readonly string[] {
  return [
    'apns-topic',
    push.topic,
    'apns-push-type',
    push.pushType,
    'apns-priority',
    push.priority,
    'apns-id',
    push.id,
    'apns-expiration',
    push.expiration,
    'apns-collapse-id',
    push.collapseId,
  ]
}
