export type Role = 'owner' | 'admin' | 'member'

/** Who may invite: every member, or the owner and admins. */
export type InvitePolicy = 'members' | 'admins'

export interface Group {
  readonly gid: string
  readonly displayName: string | undefined
  readonly invitePolicy: InvitePolicy
  readonly memberCount: number
  readonly createdAt: Date
}

export interface NewGroup {
  readonly gid: string
  readonly owner: string
  readonly displayName?: string | undefined
  readonly invitePolicy?: InvitePolicy | undefined
  /** Members beside the owner. */
  readonly members?: readonly string[] | undefined
}

/** What is left out stays as it is; null takes it away. */
export interface GroupChange {
  readonly displayName?: string | null | undefined
  readonly invitePolicy?: InvitePolicy | undefined
}

export interface Member {
  readonly gid: string
  readonly uid: string
  readonly role: Role
  /** Undefined while the member may write. */
  readonly silencedUntil: Date | undefined
  readonly joinedAt: Date
}

/** What is left out stays as it is; null lets the member write again. */
export interface MemberChange {
  readonly role?: Role | undefined
  readonly silencedUntil?: Date | null | undefined
}

export interface Ban {
  readonly gid: string
  readonly uid: string
  readonly createdAt: Date
}
