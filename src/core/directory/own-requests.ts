import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import type { ChatRequest } from './chat-request.ts'
import { isNumber } from './page.ts'

/** What a user may do about a request. */
type Part = 'decides' | 'sees' | 'nothing'

/** To whoever has nothing to do with it, there is no such request. */
export async function findOwnRequest(
  stores: Stores,
  id: string,
  uid: string,
): Promise<{ readonly request: ChatRequest; readonly part: Part }> {
  const request = isNumber(id) ? await stores.requests.find(id) : undefined
  const part = request === undefined ? 'nothing' : await partOf(stores, request, uid)
  if (request !== undefined && part !== 'nothing') return { request, part }
  throw new DomainError('REQUEST_NOT_FOUND', `no request ${JSON.stringify(id)}`, 'id')
}

/** Whoever is asked decides: a person, or of a request to join those who lead the group. */
async function partOf({ memberships }: Stores, request: ChatRequest, uid: string): Promise<Part> {
  const { kind, from, to, gid } = request
  if (to === uid) return 'decides'
  const role = gid === undefined ? undefined : (await memberships.find(gid, uid))?.role
  if (role === 'owner' || role === 'admin') return kind === 'join-request' ? 'decides' : 'sees'
  return from === uid ? 'sees' : 'nothing'
}
