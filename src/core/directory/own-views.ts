import type { InvitePolicy, Role } from './group.ts'

/** Somebody who may write to the user, as the user sees them. */
export interface OwnContact {
  readonly uid: string
  readonly displayName: string | undefined
  /** Whether the user is a contact of theirs as well. */
  readonly isMutual: boolean
  readonly since: Date
}

/** A group that the user is in. */
export interface OwnGroup {
  readonly gid: string
  readonly displayName: string | undefined
  readonly invitePolicy: InvitePolicy
  /** The user's own, as are the two below. */
  readonly role: Role
  readonly silencedUntil: Date | undefined
  readonly joinedAt: Date
}

/** Somebody in a group that the user is in. */
export interface FellowMember {
  readonly uid: string
  readonly displayName: string | undefined
  readonly role: Role
  readonly silencedUntil: Date | undefined
  readonly joinedAt: Date
}

/** A conversation in which something waits to be read. */
export interface UnreadConversation {
  readonly conversation: string
  /** At most 99. */
  readonly unread: number
  readonly lastMessageAt: Date
  /** How far it was read; undefined where nothing was. */
  readonly readAt: Date | undefined
}

export interface Unread {
  /** As notifications carry it: without what is muted, and at most 99. */
  readonly badge: number
  /** Those with the newest messages first. */
  readonly conversations: readonly UnreadConversation[]
}
