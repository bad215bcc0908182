import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import { checkIdentifier, checkText } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'
import type { Group, GroupChange, InvitePolicy, NewGroup } from './group.ts'
import { groupNotFound, userNotFound } from './not-found.ts'
import { type Page, type PageRequest, readPage } from './page.ts'

export interface Groups {
  add(group: NewGroup): Promise<Group>
  /** Ordered by gid. */
  list(page?: PageRequest): Promise<Page<Group>>
  show(gid: string): Promise<Group>
  /** Removes the group's memberships, bans and rules as well. */
  remove(gid: string): Promise<void>
  setInvitePolicy(gid: string, policy: InvitePolicy): Promise<Group>
  patch(gid: string, change: GroupChange): Promise<Group>
}

const NAME_BYTES_MAX = 512

export function createGroups(parts: DirectoryParts): Groups {
  const { unitOfWork } = parts
  return {
    add: (group) => add(parts, group),
    list: (page = {}) =>
      readPage(
        page,
        ({ gid }) => gid,
        (slice) => unitOfWork.run(({ groups }) => groups.list(slice)),
      ),
    show: (gid) => change(parts, gid, async () => {}),
    remove: (gid) => remove(parts, gid),
    setInvitePolicy: (gid, invitePolicy) => patch(parts, gid, { invitePolicy }),
    patch: (gid, wanted) => patch(parts, gid, wanted),
  }
}

async function add({ unitOfWork }: DirectoryParts, group: NewGroup): Promise<Group> {
  const { gid, owner, displayName, invitePolicy = 'members' } = group
  checkIdentifier('gid', gid)
  checkIdentifier('owner', owner)
  for (const uid of group.members ?? []) checkIdentifier('members', uid)
  checkText('displayName', displayName, NAME_BYTES_MAX)
  const others = [...new Set(group.members)].filter((uid) => uid !== owner)
  return unitOfWork.run(async (stores) => {
    await holdAll(stores, owner, others)
    if (!(await stores.groups.insert({ gid, displayName, invitePolicy }))) {
      throw new DomainError('GROUP_EXISTS', `there is a group "${gid}" already`, 'gid')
    }
    const members = others.map((uid) => ({ uid, role: 'member' as const }))
    await stores.memberships.insert(gid, [{ uid: owner, role: 'owner' }, ...members])
    return find(stores, gid)
  })
}

async function holdAll(
  { users }: Stores,
  owner: string,
  members: readonly string[],
): Promise<void> {
  const held = await users.hold([owner, ...members])
  if (!held.has(owner)) throw userNotFound(owner, 'owner')
  const missing = members.find((uid) => !held.has(uid))
  if (missing !== undefined) throw userNotFound(missing, 'members')
}

async function remove({ unitOfWork }: DirectoryParts, gid: string): Promise<void> {
  checkIdentifier('gid', gid)
  const removed = await unitOfWork.run(({ groups }) => groups.remove(gid))
  if (!removed) throw groupNotFound(gid)
}

async function patch(parts: DirectoryParts, gid: string, wanted: GroupChange): Promise<Group> {
  checkText('displayName', wanted.displayName ?? undefined, NAME_BYTES_MAX)
  return change(parts, gid, ({ groups }) => groups.update(gid, wanted))
}

/** Does `work`, and returns the group as it is afterwards. */
async function change(
  { unitOfWork }: DirectoryParts,
  gid: string,
  work: (stores: Stores) => Promise<unknown>,
): Promise<Group> {
  checkIdentifier('gid', gid)
  return unitOfWork.run(async (stores) => {
    await work(stores)
    return find(stores, gid)
  })
}

async function find({ groups }: Stores, gid: string): Promise<Group> {
  const group = await groups.find(gid)
  if (group === undefined) throw groupNotFound(gid)
  return group
}
