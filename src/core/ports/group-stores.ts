import type { Ban, Group, GroupChange, InvitePolicy, Member, Role } from '../directory/group.ts'
import type { Slice } from '../directory/page.ts'

export interface GroupStore {
  /** False where the gid is taken. */
  insert(group: {
    readonly gid: string
    readonly displayName: string | undefined
    readonly invitePolicy: InvitePolicy
  }): Promise<boolean>
  find(gid: string): Promise<Group | undefined>
  /** Without counting its members. */
  has(gid: string): Promise<boolean>
  /** Ordered by gid. */
  list(slice: Slice): Promise<readonly Group[]>
  /** Keeps everyone else from changing the group's members and bans while the transaction runs. */
  lock(gid: string): Promise<boolean>
  /** `lock`, for every group that the user is a member of. */
  lockGroupsOf(uid: string): Promise<void>
  /** What is left out stays as it is. */
  update(gid: string, change: GroupChange): Promise<boolean>
  remove(gid: string): Promise<boolean>
  /** Removes the groups whose only member the user is. */
  removeGroupsOfOnly(uid: string): Promise<void>
}

export interface NewMember {
  readonly uid: string
  readonly role: Role
}

/** What became of somebody who was to join. */
export type Joining = 'added' | 'unchanged' | 'banned' | 'unknown'

/** What became of a member who was to go. */
export type Leaving = 'removed' | 'unchanged' | 'last-owner'

export interface MembershipStore {
  /** Leaves alone who is a member already; returns how many were added. */
  insert(gid: string, members: readonly NewMember[]): Promise<number>
  /**
   * Adds those who may join, in one statement, and says of each what became of them. Nobody is named twice.
   * The caller holds the users, and the group's lock.
   */
  insertMany(gid: string, members: readonly NewMember[]): Promise<readonly Joining[]>
  /**
   * The same the other way round. Where they are all the owners that the group has, no owner goes. The
   * caller holds the group's lock.
   */
  removeMany(gid: string, uids: readonly string[]): Promise<readonly Leaving[]>
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
  find(gid: string, uid: string): Promise<Ban | undefined>
  /** A group's bans, ordered by uid. */
  list(gid: string, slice: Slice): Promise<readonly Ban[]>
  remove(gid: string, uid: string): Promise<boolean>
}
