/** How far a user has read a conversation. */
export interface ReadMark {
  readonly uid: string
  readonly conversation: string
  /** In the broker's time, milliseconds since 1970. */
  readonly readAt: number
  /** Where it was read: what is shown there needs no clearing. */
  readonly deviceId?: string | undefined
}

/** A time of the broker's, or the app's own id of a message. */
export type ReadUpTo =
  | { readonly kind: 'time'; readonly at: number }
  | { readonly kind: 'message'; readonly appId: string }
