import type { Session } from '../sessions/session.ts'

/** The sessions that share a filter: each message goes to one of them, in turn. */
export interface SharedGroup {
  readonly size: number
  join(session: Session): void
  leave(session: Session): void
  /** Whose turn it is. Sessions that are offline have theirs too, as in EMQX. */
  next(): Session | undefined
}

export function createSharedGroup(): SharedGroup {
  const members = new Map<string, Session>()
  let turn = -1
  return {
    get size() {
      return members.size
    },
    join: (session) => void members.set(session.clientId, session),
    leave: (session) => void members.delete(session.clientId),
    next() {
      turn = members.size === 0 ? -1 : (turn + 1) % members.size
      return [...members.values()][turn]
    },
  }
}
