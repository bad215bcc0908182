import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import { checkIdentifier, checkText } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { userNotFound } from './not-found.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import { checkPassword } from './password.ts'
import { removeUser } from './remove-user.ts'
import { searchUsers } from './search-users.ts'
import { signTicket, type Ticket, type TicketRequest } from './ticket.ts'
import type { ContactPolicy, DeletedUser, NewUser, User, UserChange } from './user.ts'

export interface Users {
  add(user: NewUser): Promise<User>
  /** Ordered by uid. */
  list(page?: PageRequest): Promise<Page<User>>
  /** Those who can't log in, ordered by uid. */
  listDisabled(page?: PageRequest): Promise<Page<User>>
  /**
   * Those whose uid begins with `text`, in whatever case, by uid; then those of whom only the name does,
   * by name.
   */
  search(text: string, page?: PageRequest): Promise<Page<User>>
  /** The uids that are kept from being given out again, in their order. */
  listDeleted(page?: PageRequest): Promise<Page<DeletedUser>>
  show(uid: string): Promise<User>
  /**
   * Removes the user with devices, credentials, memberships and contacts, for good: the uid is not
   * given out again, lest a token that still names it opens the account of another.
   *
   * A group that loses its only owner goes to its longest-standing admin, or else member; one that
   * loses its last member is removed.
   */
  remove(uid: string): Promise<void>
  /** Lets the uid of a removed user be given out again, whatever tokens may still name it. */
  release(uid: string): Promise<void>
  /** Refuses the user's logins and topic questions from now on. */
  disable(uid: string): Promise<User>
  enable(uid: string): Promise<User>
  setPassword(uid: string, password: string): Promise<User>
  removePassword(uid: string): Promise<User>
  /** Undefined leaves it to the installation's setting. */
  setContactPolicy(uid: string, policy: ContactPolicy | undefined): Promise<User>
  patch(uid: string, change: UserChange): Promise<User>
  /** A login for a short while, for somebody who has shown the caller who they are. */
  makeTicket(request: TicketRequest): Promise<Ticket>
}

const NAME_BYTES_MAX = 512

export function createUsers(parts: DirectoryParts): Users {
  const { unitOfWork, now } = parts
  return {
    add: (user) => add(parts, user),
    list: (page = {}) =>
      readPage(
        page,
        ({ uid }) => uid,
        (slice) => unitOfWork.run(({ users }) => users.list(slice)),
      ),
    listDisabled: (page = {}) =>
      readPage(
        page,
        ({ uid }) => uid,
        (slice) => unitOfWork.run(({ users }) => users.listDisabled(slice)),
      ),
    search: (text, page = {}) => searchUsers(parts, text, page),
    listDeleted: (page = {}) =>
      readPage(
        page,
        ({ uid }) => uid,
        (slice) => unitOfWork.run(({ deletedUsers }) => deletedUsers.list(slice)),
      ),
    show: (uid) => change(parts, uid, async () => {}),
    remove: (uid) => remove(parts, uid),
    release: (uid) => release(parts, uid),
    disable: (uid) => change(parts, uid, ({ users }) => users.disable(uid, now())),
    enable: (uid) => change(parts, uid, ({ users }) => users.enable(uid)),
    setPassword: (uid, password) => setPassword(parts, uid, password),
    removePassword: (uid) => change(parts, uid, ({ passwords }) => passwords.remove(uid)),
    setContactPolicy: (uid, policy) =>
      change(parts, uid, ({ users }) => users.setContactPolicy(uid, policy)),
    patch: (uid, wanted) => patch(parts, uid, wanted),
    makeTicket: (request) => makeTicket(parts, request),
  }
}

async function add(parts: DirectoryParts, user: NewUser): Promise<User> {
  const { uid, displayName, contactPolicy, password } = user
  checkIdentifier('uid', uid)
  checkText('displayName', displayName, NAME_BYTES_MAX)
  if (password !== undefined) checkPassword(password, parts.looksLikeToken)
  // Outside the transaction, which would stay open for as long as argon2 takes.
  const hash = password === undefined ? undefined : await parts.hashPassword(password)
  return parts.unitOfWork.run(async (stores) => {
    await insert(stores, { uid, displayName, contactPolicy })
    if (hash !== undefined) await stores.passwords.set(uid, hash)
    return find(stores, uid)
  })
}

async function insert(
  { users, deletedUsers }: Stores,
  user: Parameters<Stores['users']['insert']>[0],
): Promise<void> {
  const { uid } = user
  if (!(await users.insert(user))) {
    throw new DomainError('USER_EXISTS', `there is a user "${uid}" already`, 'uid')
  }
  // Looked at last: an insertion that waited for the removal of this very user sees it only now.
  if (await deletedUsers.has(uid)) {
    throw new DomainError(
      'USER_DELETED',
      `a user "${uid}" was removed: release the uid first`,
      'uid',
    )
  }
}

async function remove({ unitOfWork }: DirectoryParts, uid: string): Promise<void> {
  checkIdentifier('uid', uid)
  await unitOfWork.run((stores) => removeUser(stores, uid))
}

async function release({ unitOfWork }: DirectoryParts, uid: string): Promise<void> {
  checkIdentifier('uid', uid)
  const released = await unitOfWork.run(({ deletedUsers }) => deletedUsers.remove(uid))
  if (released) return
  throw new DomainError('USER_NOT_FOUND', `no user "${uid}" was removed`, 'uid')
}

async function setPassword(parts: DirectoryParts, uid: string, password: string): Promise<User> {
  checkPassword(password, parts.looksLikeToken)
  // Asked first, so that nobody spends argon2 on a user who is not there.
  await change(parts, uid, async () => {})
  const hash = await parts.hashPassword(password)
  return change(parts, uid, ({ passwords }) => passwords.set(uid, hash))
}

async function patch(parts: DirectoryParts, uid: string, wanted: UserChange): Promise<User> {
  checkText('displayName', wanted.displayName ?? undefined, NAME_BYTES_MAX)
  return change(parts, uid, async ({ users }) => {
    await users.update(uid, wanted)
    if (wanted.disabled === true) await users.disable(uid, parts.now())
    if (wanted.disabled === false) await users.enable(uid)
  })
}

async function makeTicket(parts: DirectoryParts, request: TicketRequest): Promise<Ticket> {
  const ticket = signTicket(request, parts)
  await change(parts, request.uid, async () => {})
  return ticket
}

/** Does `work`, and returns the user as it is afterwards. */
async function change(
  { unitOfWork }: DirectoryParts,
  uid: string,
  work: (stores: Stores) => Promise<unknown>,
): Promise<User> {
  checkIdentifier('uid', uid)
  return unitOfWork.run(async (stores) => {
    await work(stores)
    return find(stores, uid)
  })
}

async function find({ users }: Stores, uid: string): Promise<User> {
  const user = await users.find(uid)
  if (user === undefined) throw userNotFound(uid)
  return user
}
