import type { Stores } from '../ports/unit-of-work.ts'
import { userNotFound } from './not-found.ts'

/** Removes a user and leaves the uid behind as taken, and every group with an owner. */
export async function removeUser(stores: Stores, uid: string): Promise<void> {
  // Nobody can add the user to a group from here on, so the groups locked next are all there are.
  if (!(await stores.users.lock(uid))) throw userNotFound(uid)
  await stores.groups.lockGroupsOf(uid)
  await stores.memberships.passOnOwnership(uid)
  await stores.groups.removeGroupsOfOnly(uid)
  await stores.users.remove(uid)
  await stores.deletedUsers.insert(uid)
}
