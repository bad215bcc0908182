import type { MessageKind } from '../reach/chat-message.ts'
import type { Channel } from '../reach/reach-policy.ts'

/** One thing to show a person at one address. */
export interface Notification {
  readonly kind: MessageKind | 'clear'
  /** 32 hexadecimal digits; of a folded run of messages, the newest. */
  readonly messageId: string
  /** How many messages it stands for. */
  readonly messages: number
  readonly conversation: string
  readonly from: { readonly uid: string; readonly displayName: string | undefined }
  readonly group: { readonly gid: string; readonly displayName: string | undefined } | undefined
  /** Only what a server or a group's owner or admin set. */
  readonly title: string | undefined
  /** Undefined where there is no text, or where the recipient hides previews. */
  readonly body: string | undefined
  readonly isPreviewHidden: boolean
  readonly data: string | undefined
  readonly collapseKey: string | undefined
  readonly priority: 'normal' | 'high'
  readonly isSilent: boolean
  /** How many messages the recipient has not read, at most 99. */
  readonly badge: number
  readonly locale: string | undefined
  readonly expiresAt: number
  /** Of a mail: all that waits for the mailbox, of which this is the newest. */
  readonly digest?: Digest | undefined
}

/** All that waits for a mailbox, in one mail. */
export interface Digest {
  /** 32 hexadecimal digits: the same for the same deliveries, also where some are not wanted any more. */
  readonly id: string
  /** One for each conversation, the newest first; at most 20. */
  readonly lines: readonly DigestLine[]
  /** Conversations that have no line of their own. */
  readonly more: number
}

/** The newest message of a conversation, and how many there are. Previews that are hidden are left out. */
export type DigestLine = Pick<
  Notification,
  'kind' | 'messageId' | 'messages' | 'conversation' | 'from' | 'group' | 'title' | 'body'
>

export interface AddressedNotification {
  /** The delivery's name outside, see `delivery-ref.ts`: the same at every attempt. */
  readonly ref: string
  readonly address: {
    readonly id: string
    readonly channel: Channel
    readonly token: string
    readonly uid: string
    readonly deviceId: string | undefined
  }
  readonly notification: Notification
}
