import type { Message } from 'firebase-admin/messaging'
import type { AddressedNotification } from '../../src/core/delivery/notification.ts'

const EXPIRES_AT = Date.UTC(2099, 0)
const TTL_SECONDS = 28 * 86_400
const BODY = 'See you at the station at eight, the train leaves at ten past.'

export function notificationOf(index: number): AddressedNotification {
  return {
    ref: refOf(index),
    address: {
      id: `${index}`,
      channel: 'push',
      token: tokenOf(index),
      uid: 'bob',
      deviceId: 'bob-phone',
    },
    notification: {
      kind: 'direct-message',
      messageId: messageIdOf(index),
      messages: 1,
      conversation: 'user/alice',
      from: { uid: 'alice', displayName: 'Alice' },
      group: undefined,
      title: undefined,
      body: BODY,
      isPreviewHidden: false,
      data: undefined,
      collapseKey: undefined,
      priority: 'normal',
      isSilent: false,
      badge: 3,
      locale: 'en',
      expiresAt: EXPIRES_AT,
    },
  }
}

/** What Herald makes of that, in the words of firebase-admin. */
export function messageOf(index: number): Message {
  const tag = `user/alice#${refOf(index)}`
  return {
    token: tokenOf(index),
    notification: { title: 'Alice', body: BODY },
    data: {
      'herald.ref': refOf(index),
      'herald.kind': 'direct-message',
      'herald.conversation': 'user/alice',
      'herald.messageId': messageIdOf(index),
      'herald.messages': '1',
      'herald.badge': '3',
    },
    android: {
      priority: 'high',
      ttl: TTL_SECONDS * 1_000,
      notification: { tag, notificationCount: 1, sound: 'default' },
    },
    apns: {
      headers: {
        'apns-push-type': 'alert',
        'apns-priority': '10',
        'apns-expiration': `${EXPIRES_AT / 1_000}`,
        'apns-collapse-id': index.toString(16).padStart(64, '0'),
      },
      payload: { aps: { badge: 3, sound: 'default', threadId: 'user/alice' } },
    },
    webpush: {
      headers: {
        TTL: `${TTL_SECONDS}`,
        Urgency: 'high',
        Topic: index.toString(16).padStart(32, '0'),
      },
      notification: { tag },
    },
  }
}

/** As long as those that Google gives. */
function tokenOf(index: number): string {
  return `c2aK9KHmw8E:APA91b${index.toString(36).padStart(134, '0')}`
}

function refOf(index: number): string {
  return `20261125-${messageIdOf(index)}-${index}`
}

function messageIdOf(index: number): string {
  return index.toString(16).padStart(32, '0')
}
