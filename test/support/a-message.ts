import type { AddressedNotification, Notification } from '../../src/core/delivery/notification.ts'

/** Ann's message to Bob, on its way to his phone. */
export function aMessage(
  address: Partial<AddressedNotification['address']> = {},
  notification: Partial<Notification> = {},
): AddressedNotification {
  return {
    ref: `20261125-${'0'.repeat(32)}-1`,
    address: { id: '1', channel: 'push', token: 't', uid: 'bob', deviceId: 'phone', ...address },
    notification: {
      kind: 'direct-message',
      messageId: '0'.repeat(32),
      messages: 1,
      conversation: 'user/ann',
      from: { uid: 'ann', displayName: 'Ann' },
      group: undefined,
      title: undefined,
      body: 'hi',
      isPreviewHidden: false,
      data: undefined,
      collapseKey: undefined,
      priority: 'normal',
      isSilent: false,
      badge: 1,
      locale: undefined,
      expiresAt: 0,
      ...notification,
    },
  }
}
