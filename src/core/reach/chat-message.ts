export const MESSAGE_KINDS = [
  'direct-message',
  'friend-request',
  'group-message',
  'join-request',
  'invitation',
] as const
export type MessageKind = (typeof MESSAGE_KINDS)[number]

/** A message on its way to people, as it was published. What its sender may not say is still in it. */
export interface ChatMessage {
  /** 32 hexadecimal digits: the broker's id, or one of ours where it has none. */
  readonly id: string
  /** `2026-11-25`, of `sentAt`: the same at every repeat. */
  readonly day: string
  readonly kind: MessageKind
  /** Whom it is for: a direct message, friend request or invitation. */
  readonly to: string | undefined
  /** The group it is about: a group message, join request or invitation. */
  readonly gid: string | undefined
  readonly from: string
  /** Published over the broker's REST API: may say what only a server may. */
  readonly isServer: boolean
  /** The broker's time, in milliseconds since 1970. */
  readonly sentAt: number
  readonly qos: 0 | 1 | 2
  readonly said: MessageSayings
}

/** What a message says about itself, in JSON payload keys or MQTT 5 user properties. */
export interface MessageSayings {
  /** The app's own id of the message. */
  readonly appId: string | undefined
  readonly title: string | undefined
  /** The text that a notification may show, cut to `PREVIEW_BYTES_MAX` bytes. */
  readonly body: string | undefined
  readonly mentions: readonly string[]
  readonly mentionsAll: boolean
  readonly isSilent: boolean
  readonly isForced: boolean
  readonly priority: 'normal' | 'high' | undefined
  readonly ttlSeconds: number | undefined
  readonly collapseKey: string | undefined
  /** For the app that opens the notification: JSON text. */
  readonly data: string | undefined
}

export const PREVIEW_BYTES_MAX = 1024
