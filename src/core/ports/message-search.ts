import type { MessageTrace } from '../reach/message-trace.ts'

/** A message without what became of it, and without what it says. */
export type MessageHead = Omit<MessageTrace, 'deliveries' | 'unreached' | 'awaited'>

/** Where to look: what was sent to a user, to a group, or between two users. */
export type MessageFilter =
  | { readonly kind: 'inbox'; readonly inbox: string }
  | { readonly kind: 'between'; readonly uid: string; readonly peer: string }

export interface MessageSlice {
  /** Before which to begin. */
  readonly after: { readonly sentAtMs: number; readonly id: string } | undefined
  readonly limit: number
}

export interface MessageSearch {
  /** Direct and group messages, the newest first. */
  list(filter: MessageFilter, slice: MessageSlice): Promise<readonly MessageHead[]>
  /** What it says, as JSON; null where nobody needed it any more. Undefined where there is no such message. */
  readContent(id: string): Promise<{ readonly content: unknown } | undefined>
}
