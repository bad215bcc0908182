export const REQUEST_KINDS = ['friend-request', 'join-request', 'invitation'] as const
export type RequestKind = (typeof REQUEST_KINDS)[number]

export const REQUEST_STATES = ['open', 'accepted', 'declined', 'expired'] as const
export type RequestState = (typeof REQUEST_STATES)[number]

/** Something that somebody asked for over MQTT, and what became of it. */
export interface ChatRequest {
  readonly id: string
  readonly kind: RequestKind
  readonly from: string
  /** Whom it is for: a friend request or an invitation. */
  readonly to: string | undefined
  /** The group to join: a request to join or an invitation. */
  readonly gid: string | undefined
  readonly state: RequestState
  /** What it says, as far as a notification would show it. */
  readonly said: string | undefined
  readonly createdAt: Date
  /** The last time, where it was repeated while it was open. */
  readonly askedAt: Date
  readonly expiresAt: Date
  readonly decidedAt: Date | undefined
}

/** Those that all of it holds for. */
export interface RequestFilter {
  readonly from?: string | undefined
  readonly to?: string | undefined
  readonly gid?: string | undefined
  readonly state?: RequestState | undefined
}
