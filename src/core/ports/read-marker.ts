import type { ReadMark, ReadUpTo } from '../reach/read-mark.ts'

/** Marks conversations as read, with everything that follows from it. */
export interface ReadMarker {
  /** Keeps a mark that is further on already. */
  mark(request: {
    readonly uid: string
    readonly conversation: string
    readonly upTo: ReadUpTo
    /** Where it was read, if that is known. */
    readonly deviceId: string | undefined
    readonly nowMs: number
  }): Promise<ReadMark | 'unknown-user' | 'unknown-message'>
}
