import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import { refuseBanned } from './banned.ts'
import type { ChatRequest } from './chat-request.ts'

/** Gives what was asked for; whoever has it already keeps it. The caller holds the users and the group's lock. */
export async function fulfil(stores: Stores, request: ChatRequest): Promise<void> {
  const { kind, from, to, gid } = request
  switch (kind) {
    case 'friend-request':
      if (to !== undefined) await befriend(stores, from, to)
      return
    case 'join-request':
      if (gid !== undefined) await join(stores, gid, from)
      return
    case 'invitation':
      if (gid === undefined || to === undefined) return
      await refuseFormerInviter(stores, gid, from)
      await join(stores, gid, to)
  }
}

async function befriend({ contacts }: Stores, from: string, to: string): Promise<void> {
  await contacts.insert([
    { uid: from, contactUid: to },
    { uid: to, contactUid: from },
  ])
}

async function join(stores: Stores, gid: string, uid: string): Promise<void> {
  await refuseBanned(stores, gid, uid)
  await stores.memberships.insert(gid, [{ uid, role: 'member' }])
}

/** An invitation is worth what its inviter may do now, not when they wrote it. */
async function refuseFormerInviter(stores: Stores, gid: string, inviter: string): Promise<void> {
  const member = await stores.memberships.find(gid, inviter)
  const policy = (await stores.groups.find(gid))?.invitePolicy
  if (member !== undefined && (policy === 'members' || member.role !== 'member')) return
  throw new DomainError('MAY_NOT_INVITE', `"${inviter}" may no longer invite to "${gid}"`, 'id')
}
