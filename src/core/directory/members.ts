import { DomainError } from '../domain-error.ts'
import type { NewMember } from '../ports/group-stores.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import { refuseBanned } from './banned.ts'
import { checkFuture, checkIdentifier } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'
import type { Member, MemberChange, Role } from './group.ts'
import { refuseLastOwner } from './last-owner.ts'
import { addMany, type ManyAdded, type ManyRemoved, removeMany } from './many-members.ts'
import { groupNotFound, memberNotFound, userNotFound } from './not-found.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import { readUserPage } from './user-page.ts'

/**
 * A group has an owner at all times, several if need be. The last one can't leave, be banned or take
 * another role: make another member owner first, or remove the group.
 */
export interface Members {
  add(gid: string, uid: string, role: Role): Promise<Member>
  /** A group's members, ordered by uid. */
  list(gid: string, page?: PageRequest): Promise<Page<Member>>
  /** A user's memberships, ordered by gid. */
  listOf(uid: string, page?: PageRequest): Promise<Page<Member>>
  remove(gid: string, uid: string): Promise<void>
  setRole(gid: string, uid: string, role: Role): Promise<Member>
  /** Lets the member read but not write until then. */
  silence(gid: string, uid: string, until: Date): Promise<Member>
  unsilence(gid: string, uid: string): Promise<Member>
  patch(gid: string, uid: string, change: MemberChange): Promise<Member>
  show(gid: string, uid: string): Promise<Member>
  /** Adds all who may join; the others, and why not, are the answer. */
  addMany(gid: string, members: readonly NewMember[]): Promise<ManyAdded>
  /** Removes all who may go. Where they are all the owners that the group has, no owner goes. */
  removeMany(gid: string, uids: readonly string[]): Promise<ManyRemoved>
}

export function createMembers(parts: DirectoryParts): Members {
  return {
    add: (gid, uid, role) => add(parts, gid, uid, role),
    list: (gid, page = {}) => list(parts, gid, page),
    listOf: (uid, page = {}) =>
      readUserPage(
        parts,
        uid,
        page,
        ({ gid }) => gid,
        ({ memberships }, slice) => memberships.listMemberships(uid, slice),
      ),
    remove: (gid, uid) => remove(parts, gid, uid),
    setRole: (gid, uid, role) => setRole(parts, gid, uid, role),
    silence: (gid, uid, until) => silence(parts, gid, uid, until),
    unsilence: (gid, uid) =>
      change(parts, gid, uid, ({ memberships }) =>
        memberships.setSilencedUntil(gid, uid, undefined),
      ),
    patch: (gid, uid, wanted) => patch(parts, gid, uid, wanted),
    show: (gid, uid) => show(parts, gid, uid),
    addMany: (gid, members) => addMany(parts, gid, members),
    removeMany: (gid, uids) => removeMany(parts, gid, uids),
  }
}

async function add(
  { unitOfWork }: DirectoryParts,
  gid: string,
  uid: string,
  role: Role,
): Promise<Member> {
  checkIdentifier('gid', gid)
  checkIdentifier('uid', uid)
  return unitOfWork.run(async (stores) => {
    if (!(await stores.users.hold([uid])).has(uid)) throw userNotFound(uid)
    if (!(await stores.groups.lock(gid))) throw groupNotFound(gid)
    await refuseBanned(stores, gid, uid)
    if ((await stores.memberships.insert(gid, [{ uid, role }])) === 0) {
      throw new DomainError('MEMBER_EXISTS', `"${uid}" is a member of "${gid}" already`, 'uid')
    }
    return find(stores, gid, uid)
  })
}

async function list(
  { unitOfWork }: DirectoryParts,
  gid: string,
  page: PageRequest,
): Promise<Page<Member>> {
  checkIdentifier('gid', gid)
  return readPage(
    page,
    ({ uid }) => uid,
    (slice) =>
      unitOfWork.run(async ({ groups, memberships }) => {
        if (!(await groups.has(gid))) throw groupNotFound(gid)
        return memberships.listMembers(gid, slice)
      }),
  )
}

async function show({ unitOfWork }: DirectoryParts, gid: string, uid: string): Promise<Member> {
  checkIdentifier('gid', gid)
  checkIdentifier('uid', uid)
  return unitOfWork.run(async (stores) => {
    if (!(await stores.groups.has(gid))) throw groupNotFound(gid)
    return find(stores, gid, uid)
  })
}

async function remove({ unitOfWork }: DirectoryParts, gid: string, uid: string): Promise<void> {
  checkIdentifier('gid', gid)
  checkIdentifier('uid', uid)
  await unitOfWork.run(async (stores) => {
    if (!(await stores.groups.lock(gid))) throw groupNotFound(gid)
    await find(stores, gid, uid)
    await refuseLastOwner(stores, gid, uid)
    await stores.memberships.remove(gid, uid)
  })
}

async function setRole(
  parts: DirectoryParts,
  gid: string,
  uid: string,
  role: Role,
): Promise<Member> {
  return change(parts, gid, uid, (stores) => giveRole(stores, gid, uid, role))
}

async function silence(
  parts: DirectoryParts,
  gid: string,
  uid: string,
  until: Date,
): Promise<Member> {
  checkFuture('until', until, parts.now())
  return change(parts, gid, uid, ({ memberships }) => memberships.setSilencedUntil(gid, uid, until))
}

async function patch(
  parts: DirectoryParts,
  gid: string,
  uid: string,
  { role, silencedUntil }: MemberChange,
): Promise<Member> {
  if (silencedUntil instanceof Date) {
    checkFuture('silencedUntil', silencedUntil, parts.now())
  }
  return change(parts, gid, uid, async (stores) => {
    if (silencedUntil !== undefined) {
      await stores.memberships.setSilencedUntil(gid, uid, silencedUntil ?? undefined)
    }
    if (role !== undefined) await giveRole(stores, gid, uid, role)
  })
}

async function giveRole(stores: Stores, gid: string, uid: string, role: Role): Promise<void> {
  if (role !== 'owner') await refuseLastOwner(stores, gid, uid)
  await stores.memberships.setRole(gid, uid, role)
}

/** Does `work` under the group's lock, and returns the member as it is afterwards. */
async function change(
  { unitOfWork }: DirectoryParts,
  gid: string,
  uid: string,
  work: (stores: Stores) => Promise<unknown>,
): Promise<Member> {
  checkIdentifier('gid', gid)
  checkIdentifier('uid', uid)
  return unitOfWork.run(async (stores) => {
    if (!(await stores.groups.lock(gid))) throw groupNotFound(gid)
    await work(stores)
    return find(stores, gid, uid)
  })
}

async function find({ memberships }: Stores, gid: string, uid: string): Promise<Member> {
  const member = await memberships.find(gid, uid)
  if (member === undefined) throw memberNotFound(gid, uid)
  return member
}
