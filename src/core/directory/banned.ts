import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'

/** Refuses who is banned. The caller holds the group's lock, so that no ban can slip in between. */
export async function refuseBanned({ bans }: Stores, gid: string, uid: string): Promise<void> {
  if ((await bans.find(gid, uid)) === undefined) return
  throw new DomainError('MEMBER_BANNED', `"${uid}" is banned from "${gid}": unban first`, 'uid')
}
