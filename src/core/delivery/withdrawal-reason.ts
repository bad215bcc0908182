/** Why a delivery that had been decided is not sent after all, in the order in which it is asked. */
export const WITHDRAWAL_REASONS = {
  'message-gone': 'the message is older than what is kept',
  'address-gone': 'the address was removed',
  disabled: 'the user is disabled',
  'device-revoked': 'the device of the address is revoked',
  left: 'the user is not in the group any more, or may no longer see its requests',
  blocked: 'the user has blocked the sender',
  'notifications-off': 'the user wants no notifications, here or at all',
  read: 'the user has read the conversation further than this',
  muted: 'the user has muted the conversation, or everything',
  'mentions-only': 'the user wants to hear of mentions only',
  online: 'the device of the address came online',
  resumed: 'another device of the user came online with a session that has the message',
  'earlier-step': 'an earlier step of the ladder was accepted',
} as const

export type WithdrawalReason = keyof typeof WITHDRAWAL_REASONS
