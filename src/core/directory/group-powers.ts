import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import type { Member, Role } from './group.ts'
import { groupNotFound, memberNotFound } from './not-found.ts'

/**
 * Finds a member for another one, and keeps everybody from changing the group meanwhile. To whoever is
 * not in it, there is no such group.
 */
export async function findFellow(
  { groups, memberships }: Stores,
  gid: string,
  byUid: string,
  uid: string,
): Promise<{ readonly by: Member; readonly member: Member }> {
  await groups.lock(gid)
  const by = await memberships.find(gid, byUid)
  if (by === undefined) throw groupNotFound(gid)
  const member = await memberships.find(gid, uid)
  if (member === undefined) throw memberNotFound(gid, uid)
  return { by, member }
}

/** Owners decide about everybody, admins about those who are neither. */
export function checkPower(by: Role, over: Role): void {
  if (by === 'owner' || (by === 'admin' && over === 'member')) return
  throw new DomainError('FORBIDDEN', `the group's ${by}s may not do this to its ${over}s`)
}

/** Roles are for owners to give. */
export function checkMayGiveRoles(by: Role): void {
  if (by === 'owner') return
  throw new DomainError('FORBIDDEN', 'only owners of the group give roles')
}
