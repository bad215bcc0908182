import type { ChatRequest } from '../directory/chat-request.ts'

/** What Herald itself tells a user over MQTT. */
export interface NewAnnouncement {
  readonly requestId: string
  readonly topic: string
  /** JSON. */
  readonly payload: string
}

/** One that is to be published now. */
export interface ClaimedAnnouncement {
  readonly id: string
  readonly topic: string
  readonly payload: string
  /** Counted from 1. */
  readonly attempt: number
}

/**
 * Tells whoever asked what became of it: below `user/{uid}/#`, which all of a user's devices subscribe to
 * and nobody but a server may publish to.
 */
export function tellAsker(request: ChatRequest): NewAnnouncement {
  const { id, kind, from, to, gid, state, decidedAt } = request
  const payload = JSON.stringify({ id, kind, from, to, group: gid, state, decidedAt })
  return { requestId: id, topic: `user/${from}/request/${id}`, payload }
}
