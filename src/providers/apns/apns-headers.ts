import { sensitiveHeaders } from 'node:http2'
import type { ApnsPush } from './apns-payload.ts'

// Kept out of the peer's header table, where what is different each time would push out what is always
// the same: https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
const NEVER_THE_SAME = { [sensitiveHeaders]: ['apns-id', 'apns-expiration', 'apns-collapse-id'] }

/** Name, value, name, value: cheaper than an object, of which Node would make this. */
export function apnsHeaders(
  push: ApnsPush,
  host: string,
  authorization: string,
): readonly string[] {
  return Object.assign(
    [
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
    ],
    NEVER_THE_SAME,
  )
}

export function apnsPath({ deviceToken }: ApnsPush): string {
  return `/3/device/${deviceToken}`
}

/** What a push says in its headers, for people to read. */
export function readableHeaders(push: ApnsPush): Readonly<Record<string, string>> {
  return {
    'apns-topic': push.topic,
    'apns-push-type': push.pushType,
    'apns-priority': push.priority,
    'apns-id': push.id,
    'apns-expiration': push.expiration,
    'apns-collapse-id': push.collapseId,
  }
}
