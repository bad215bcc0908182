import { DomainError } from '../domain-error.ts'
import { checkIdentifier } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'
import type { Ban } from './group.ts'
import { refuseLastOwner } from './last-owner.ts'
import { groupNotFound, userNotFound } from './not-found.ts'
import { type Page, type PageRequest, readPage } from './page.ts'

export interface Bans {
  /** Ends the user's membership, if there is one, and lets them neither join nor ask to. */
  add(gid: string, uid: string): Promise<Ban>
  /** Ordered by uid. */
  list(gid: string, page?: PageRequest): Promise<Page<Ban>>
  remove(gid: string, uid: string): Promise<void>
}

export function createBans(parts: DirectoryParts): Bans {
  return {
    add: (gid, uid) => add(parts, gid, uid),
    list: (gid, page = {}) => list(parts, gid, page),
    remove: (gid, uid) => remove(parts, gid, uid),
  }
}

async function add({ unitOfWork }: DirectoryParts, gid: string, uid: string): Promise<Ban> {
  checkIdentifier('gid', gid)
  checkIdentifier('uid', uid)
  return unitOfWork.run(async (stores) => {
    if (!(await stores.users.hold([uid])).has(uid)) throw userNotFound(uid)
    if (!(await stores.groups.lock(gid))) throw groupNotFound(gid)
    await refuseLastOwner(stores, gid, uid)
    await stores.bans.insert(gid, uid)
    await stores.memberships.remove(gid, uid)
    const ban = await stores.bans.find(gid, uid)
    if (ban === undefined) throw banNotFound(gid, uid)
    return ban
  })
}

async function list(
  { unitOfWork }: DirectoryParts,
  gid: string,
  page: PageRequest,
): Promise<Page<Ban>> {
  checkIdentifier('gid', gid)
  return readPage(
    page,
    ({ uid }) => uid,
    (slice) =>
      unitOfWork.run(async ({ groups, bans }) => {
        if (!(await groups.has(gid))) throw groupNotFound(gid)
        return bans.list(gid, slice)
      }),
  )
}

async function remove({ unitOfWork }: DirectoryParts, gid: string, uid: string): Promise<void> {
  checkIdentifier('gid', gid)
  checkIdentifier('uid', uid)
  const removed = await unitOfWork.run(({ bans }) => bans.remove(gid, uid))
  if (!removed) throw banNotFound(gid, uid)
}

function banNotFound(gid: string, uid: string): DomainError {
  return new DomainError('BAN_NOT_FOUND', `"${uid}" is not banned from "${gid}"`, 'uid')
}
