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

export interface Member {
  readonly gid: string
  readonly uid: string
  readonly role: Role
  /** Undefined while the member may write. */
  readonly silencedUntil: Date | undefined
  readonly joinedAt: Date
}

export interface Ban {
  readonly gid: string
  readonly uid: string
  readonly createdAt: Date
}
