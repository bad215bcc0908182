import type { Ban, Group, InvitePolicy, Member, Role } from '../directory/group.ts'
import type { Slice } from '../directory/page.ts'

export interface GroupStore {
  /** False where the gid is taken. */
  insert(group: {
    readonly gid: string
    readonly displayName: string | undefined
    readonly invitePolicy: InvitePolicy
  }): Promise<boolean>
  find(gid: string): Promise<Group | undefined>
  /** Ordered by gid. */
  list(slice: Slice): Promise<readonly Group[]>
  /** Keeps everyone else from changing the group's members and bans while the transaction runs. */
  lock(gid: string): Promise<boolean>
  /** `lock`, for every group that the user is a member of. */
  lockGroupsOf(uid: string): Promise<void>
  setInvitePolicy(gid: string, policy: InvitePolicy): Promise<boolean>
  remove(gid: string): Promise<boolean>
  /** Removes the groups whose only member the user is. */
  removeGroupsOfOnly(uid: string): Promise<void>
}

export interface NewMember {
  readonly uid: string
  readonly role: Role
}

export interface MembershipStore {
  /** Leaves alone who is a member already; returns how many were added. */
  insert(gid: string, members: readonly NewMember[]): Promise<number>
  find(gid: string, uid: string): Promise<Member | undefined>
  /** A group's members, ordered by uid. */
  listMembers(gid: string, slice: Slice): Promise<readonly Member[]>
  /** A user's memberships, ordered by gid. */
  listMemberships(uid: string, slice: Slice): Promise<readonly Member[]>
  /** Whether somebody other than `uid` owns the group. */
  hasOtherOwner(gid: string, uid: string): Promise<boolean>
  /**
   * Where the user is the only owner of a group with other members, the one who has been an admin
   * longest, or else a member longest, becomes owner beside them.
   */
  passOnOwnership(uid: string): Promise<void>
  setRole(gid: string, uid: string, role: Role): Promise<boolean>
  setSilencedUntil(gid: string, uid: string, until: Date | undefined): Promise<boolean>
  remove(gid: string, uid: string): Promise<boolean>
}

export interface BanStore {
  /** Keeps the time of a ban that is there already. */
  insert(gid: string, uid: string): Promise<void>
  has(gid: string, uid: string): Promise<boolean>
  /** A group's bans, ordered by uid. */
  list(gid: string, slice: Slice): Promise<readonly Ban[]>
  remove(gid: string, uid: string): Promise<boolean>
}
