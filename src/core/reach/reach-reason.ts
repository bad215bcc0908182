/** Why a recipient of a message gets no notification, in the order in which it is asked. */
export const UNREACHED_REASONS = {
  expired: 'the message had expired, or would have before it was due',
  'silent-message': 'the sender asked for no notification',
  'unknown-user': 'there is no such user',
  disabled: 'the user is disabled',
  left: 'the user is not in the group (any more)',
  blocked: 'the user has blocked the sender',
  'notifications-off': 'the user wants no notifications, here or at all',
  read: 'the user had read the conversation further than this',
  muted: 'the user has muted the conversation, or everything',
  'mentions-only': 'the user wants to hear of mentions only',
  online: 'the user, or each device that could be reached, was online',
  'quiet-hours': 'it was in quiet hours, and the user wants nothing kept of them',
  'no-address': 'the user has no address on a channel that this kind of message takes',
} as const

export type UnreachedReason = keyof typeof UNREACHED_REASONS
