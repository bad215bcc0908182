import { tellAsker } from '../announcing/announcement.ts'
import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import type { ChatRequest, RequestFilter } from './chat-request.ts'
import { checkIdentifier } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { fulfil } from './fulfil-request.ts'
import { groupNotFound } from './not-found.ts'
import { isNumber, type Page, type PageRequest, readPage } from './page.ts'

export interface Requests {
  /** The newest first. */
  list(filter: RequestFilter, page?: PageRequest): Promise<Page<ChatRequest>>
  show(id: string): Promise<ChatRequest>
  /**
   * Makes them contacts both ways, or the user a member, and tells who asked. Whatever else asks for the
   * same is accepted as well.
   */
  accept(id: string): Promise<ChatRequest>
  /** Changes nothing but the request, and tells who asked. */
  decline(id: string): Promise<ChatRequest>
}

export function createRequests(parts: DirectoryParts): Requests {
  const { unitOfWork } = parts
  return {
    list: (filter, page = {}) => list(parts, filter, page),
    show: (id) => unitOfWork.run((stores) => find(stores, id)),
    accept: (id) => unitOfWork.run((stores) => accept(stores, id, parts.now())),
    decline: (id) => unitOfWork.run((stores) => decline(stores, id, parts.now())),
  }
}

async function list(
  { unitOfWork }: DirectoryParts,
  filter: RequestFilter,
  page: PageRequest,
): Promise<Page<ChatRequest>> {
  const { from, to, gid } = filter
  for (const [field, value] of Object.entries({ from, to, group: gid })) {
    if (value !== undefined) checkIdentifier(field, value)
  }
  return readPage(
    page,
    ({ id }) => id,
    (slice) => unitOfWork.run(({ requests }) => requests.list({ ...slice, ...filter })),
    isNumber,
  )
}

async function accept(stores: Stores, id: string, now: Date): Promise<ChatRequest> {
  const { from, to, gid } = await find(stores, id)
  await stores.users.hold(to === undefined ? [from] : [from, to])
  if (gid !== undefined && !(await stores.groups.lock(gid))) throw groupNotFound(gid)
  const accepted = await decide(stores, id, 'accepted', now)
  await fulfil(stores, accepted)
  const same = await stores.requests.acceptSame(accepted, now)
  await stores.announcements.insert([accepted, ...same].map(tellAsker), now)
  return accepted
}

async function decline(stores: Stores, id: string, now: Date): Promise<ChatRequest> {
  await find(stores, id)
  const declined = await decide(stores, id, 'declined', now)
  await stores.announcements.insert([tellAsker(declined)], now)
  return declined
}

async function decide(
  stores: Stores,
  id: string,
  state: 'accepted' | 'declined',
  now: Date,
): Promise<ChatRequest> {
  const decided = await stores.requests.decide(id, state, now)
  if (decided !== undefined) return decided
  const found = await find(stores, id)
  const was = found.state === 'open' ? 'expired' : found.state
  throw new DomainError(
    'REQUEST_DECIDED',
    `the request is ${was} already: it has to be asked anew`,
    'id',
  )
}

async function find({ requests }: Stores, id: string): Promise<ChatRequest> {
  const request = isNumber(id) ? await requests.find(id) : undefined
  if (request !== undefined) return request
  throw new DomainError('REQUEST_NOT_FOUND', `no request ${JSON.stringify(id)}`, 'id')
}
