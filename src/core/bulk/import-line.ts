import type { InvitePolicy, Role } from '../directory/group.ts'
import type { ContactPolicy } from '../directory/user.ts'
import type { Channel } from '../reach/reach-policy.ts'

/** What one line of an import adds, if it is not there. */
export type ImportLine = UserLine | DeviceLine | GroupLine | MemberLine | AddressLine

export type ImportKind = ImportLine['kind']

/** In the order in which a batch is written: each may speak of those before it. */
export const IMPORT_KINDS = ['user', 'device', 'group', 'member', 'address'] as const

export interface UserLine {
  readonly kind: 'user'
  readonly uid: string
  readonly displayName?: string | null
  readonly contactPolicy?: ContactPolicy | null
  readonly disabled?: boolean
  /** argon2id in PHC form. */
  readonly passwordHash?: string
}

export interface DeviceLine {
  readonly kind: 'device'
  readonly clientId: string
  readonly uid: string
  readonly app?: string | null
  readonly platform?: string | null
}

export interface GroupLine {
  readonly kind: 'group'
  readonly gid: string
  readonly owner: string
  readonly displayName?: string | null
  readonly invitePolicy?: InvitePolicy
}

export interface MemberLine {
  readonly kind: 'member'
  readonly gid: string
  readonly uid: string
  readonly role?: Role
}

export interface AddressLine {
  readonly kind: 'address'
  readonly channel: Channel
  /** Of a push address. */
  readonly clientId?: string | null
  /** Of all others. */
  readonly uid?: string | null
  readonly provider: string
  readonly token: string
  readonly locale?: string | null
}

/** A line that was not taken. */
export interface LineRefusal {
  /** Counted from 1. */
  readonly line: number
  readonly code: string
  readonly field: string | undefined
  readonly detail: string
}

/** What a line is read as. */
export type ReadLine =
  | { readonly line: ImportLine }
  | { readonly refusal: Omit<LineRefusal, 'line'> }
