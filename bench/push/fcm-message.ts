import type { Message } from 'firebase-admin/messaging'
import { EXPIRES_AT, messageIdOf, refOf, TEXT } from './chat-message.ts'

const TTL_SECONDS = 28 * 86_400

/** What Herald makes of that, in the words of firebase-admin. */
export function messageOf(index: number): Message {
  const tag = `user/alice#${refOf(index)}`
  return {
    token: tokenOf(index),
    notification: { title: 'Alice', body: TEXT },
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
export function tokenOf(index: number): string {
  return `c2aK9KHmw8E:APA91b${index.toString(36).padStart(134, '0')}`
}
