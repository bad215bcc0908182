import type { Inbox } from './inbox.ts'

/** Stands in for a vendor's servers, on loopback. */
export interface Peer<T> {
  readonly inbox: Inbox<T>
  /** What Herald has to be told in order to send there. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Settings whose values lie in files of their own. */
  readonly secrets: Readonly<Record<string, string>>
  close(): Promise<void>
}
