import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'

/** Refuses to let a group's only owner go. The caller holds the group's lock. */
export async function refuseLastOwner(
  { memberships }: Stores,
  gid: string,
  uid: string,
): Promise<void> {
  const member = await memberships.find(gid, uid)
  if (member?.role !== 'owner') return
  if (await memberships.hasOtherOwner(gid, uid)) return
  throw new DomainError(
    'LAST_OWNER',
    `"${uid}" is the only owner of "${gid}": make another member owner first, or remove the group`,
    'uid',
  )
}
