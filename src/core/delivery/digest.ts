import type { Notification } from './notification.ts'

/** All that waits for a mailbox, in one mail. */
export interface Digest {
  /** 32 hexadecimal digits: the same for the same deliveries, also where some are not wanted any more. */
  readonly id: string
  /** One for each conversation, the newest first; at most `DIGEST_LINES_MAX`. */
  readonly lines: readonly DigestLine[]
  /** Conversations that have no line of their own. */
  readonly more: number
}

/** The newest message of a conversation, and how many there are. Previews that are hidden are left out. */
export type DigestLine = Pick<
  Notification,
  'kind' | 'messageId' | 'messages' | 'conversation' | 'from' | 'group' | 'title' | 'body'
>
