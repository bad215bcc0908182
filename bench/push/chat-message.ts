import type { AddressedNotification } from '../../src/core/delivery/notification.ts'

export const TEXT = 'See you at the station at eight, the train leaves at ten past.'
export const EXPIRES_AT = Date.UTC(2099, 0)

/** What every sender is given to send: a message of Alice's, another one for each index. */
export function chatMessage(index: number, token: string): AddressedNotification {
  return {
    ref: refOf(index),
    address: { id: `${index}`, channel: 'push', token, uid: 'bob', deviceId: 'bob-phone' },
    notification: {
      kind: 'direct-message',
      messageId: messageIdOf(index),
      messages: 1,
      conversation: 'user/alice',
      from: { uid: 'alice', displayName: 'Alice' },
      group: undefined,
      title: undefined,
      body: TEXT,
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

export function refOf(index: number): string {
  return `20261125-${messageIdOf(index)}-${index}`
}

export function messageIdOf(index: number): string {
  return index.toString(16).padStart(32, '0')
}
