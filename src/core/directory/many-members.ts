import { identifierFault } from '../access/identifier.ts'
import type { ErrorCode } from '../domain-error.ts'
import type { Joining, Leaving, NewMember } from '../ports/group-stores.ts'
import { checkIdentifier } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { groupNotFound } from './not-found.ts'

/** Most members in one request; the edge refuses more. */
export const MANY_MEMBERS_MAX = 10_000

/** One of many who was not added or removed. */
export interface RefusedMember {
  /** Where in the request. */
  readonly index: number
  readonly uid: string
  readonly code: ErrorCode
  readonly detail: string
}

export interface ManyAdded {
  readonly added: readonly NewMember[]
  /** Members already, with whatever role, or named before. */
  readonly unchanged: number
  readonly refused: readonly RefusedMember[]
}

export interface ManyRemoved {
  readonly removed: readonly string[]
  /** No members, or named before. */
  readonly unchanged: number
  readonly refused: readonly RefusedMember[]
}

export async function addMany(
  { unitOfWork }: DirectoryParts,
  gid: string,
  members: readonly NewMember[],
): Promise<ManyAdded> {
  checkIdentifier('gid', gid)
  const { once, malformed } = sort(members, ({ uid }) => uid)
  return unitOfWork.run(async (stores) => {
    await stores.users.hold(once.map(({ item: { uid } }) => uid))
    if (!(await stores.groups.lock(gid))) throw groupNotFound(gid)
    const asked = once.map(({ item }) => item)
    const became = await stores.memberships.insertMany(gid, asked)
    const refused = once.flatMap(({ item: { uid }, index }, at) => {
      const why = joiningRefusal(gid, uid, became[at])
      return why === undefined ? [] : [{ index, uid, ...why }]
    })
    const added = asked.filter((_, at) => became[at] === 'added')
    return { added, ...rest(members.length, added.length, [...refused, ...malformed]) }
  })
}

export async function removeMany(
  { unitOfWork }: DirectoryParts,
  gid: string,
  uids: readonly string[],
): Promise<ManyRemoved> {
  checkIdentifier('gid', gid)
  const { once, malformed } = sort(uids, (uid) => uid)
  return unitOfWork.run(async (stores) => {
    if (!(await stores.groups.lock(gid))) throw groupNotFound(gid)
    const asked = once.map(({ item }) => item)
    const became = await stores.memberships.removeMany(gid, asked)
    const refused = once.flatMap(({ item: uid, index }, at) => {
      const why = leavingRefusal(gid, uid, became[at])
      return why === undefined ? [] : [{ index, uid, ...why }]
    })
    const removed = asked.filter((_, at) => became[at] === 'removed')
    return { removed, ...rest(uids.length, removed.length, [...refused, ...malformed]) }
  })
}

interface Indexed<Item> {
  readonly item: Item
  readonly index: number
}

/** Those whose uid can be one, the first of each; and all others. */
function sort<Item>(items: readonly Item[], uidOf: (item: Item) => string) {
  const once = new Map<string, Indexed<Item>>()
  const malformed: RefusedMember[] = []
  for (const [index, item] of items.entries()) {
    const uid = uidOf(item)
    const fault = identifierFault(uid)
    if (fault !== undefined) {
      malformed.push({ index, uid, code: 'INVALID_IDENTIFIER', detail: `uid ${fault}` })
    } else if (!once.has(uid)) once.set(uid, { item, index })
  }
  return { once: [...once.values()], malformed }
}

function rest(asked: number, done: number, refused: readonly RefusedMember[]) {
  return {
    unchanged: asked - done - refused.length,
    refused: refused.toSorted((one, other) => one.index - other.index),
  }
}

type Refusal = Pick<RefusedMember, 'code' | 'detail'>

function joiningRefusal(
  gid: string,
  uid: string,
  became: Joining | undefined,
): Refusal | undefined {
  if (became === 'unknown') return { code: 'USER_NOT_FOUND', detail: `no user "${uid}"` }
  if (became !== 'banned') return undefined
  return { code: 'MEMBER_BANNED', detail: `"${uid}" is banned from "${gid}": unban first` }
}

function leavingRefusal(
  gid: string,
  uid: string,
  became: Leaving | undefined,
): Refusal | undefined {
  if (became !== 'last-owner') return undefined
  return { code: 'LAST_OWNER', detail: `"${gid}" would have no owner without "${uid}"` }
}
