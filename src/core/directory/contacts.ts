import { DomainError } from '../domain-error.ts'
import type { ContactPair } from '../ports/contact-stores.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import { checkIdentifier } from './checks.ts'
import type { Block, Contact } from './contact.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { userNotFound } from './not-found.ts'
import type { Page, PageRequest } from './page.ts'
import { readUserPage } from './user-page.ts'

/** `one-way` lets `contactUid` write to `uid`; `both-ways`, the other way round as well. */
export type ContactDirection = 'both-ways' | 'one-way'

export interface Contacts {
  /** Does nothing where they are contacts already. */
  add(uid: string, contactUid: string, direction: ContactDirection): Promise<Contact>
  remove(uid: string, contactUid: string, direction: ContactDirection): Promise<void>
  /** Ordered by contact. */
  list(uid: string, page?: PageRequest): Promise<Page<Contact>>
  /** Lets nothing that `blockedUid` writes reach `uid`'s inbox, contact or not. */
  block(uid: string, blockedUid: string): Promise<Block>
  unblock(uid: string, blockedUid: string): Promise<void>
  /** Ordered by the blocked user. */
  listBlocks(uid: string, page?: PageRequest): Promise<Page<Block>>
}

export function createContacts(parts: DirectoryParts): Contacts {
  return {
    add: (uid, contactUid, direction) => add(parts, uid, contactUid, direction),
    remove: (uid, contactUid, direction) => remove(parts, uid, contactUid, direction),
    list: (uid, page = {}) =>
      readUserPage(
        parts,
        uid,
        page,
        ({ contactUid }) => contactUid,
        ({ contacts }, slice) => contacts.list(uid, slice),
      ),
    block: (uid, blockedUid) => block(parts, uid, blockedUid),
    unblock: (uid, blockedUid) => unblock(parts, uid, blockedUid),
    listBlocks: (uid, page = {}) =>
      readUserPage(
        parts,
        uid,
        page,
        ({ blockedUid }) => blockedUid,
        ({ blocks }, slice) => blocks.list(uid, slice),
      ),
  }
}

async function add(
  { unitOfWork }: DirectoryParts,
  uid: string,
  contactUid: string,
  direction: ContactDirection,
): Promise<Contact> {
  checkIdentifier('uid', uid)
  checkIdentifier('contactUid', contactUid)
  if (uid === contactUid) {
    throw new DomainError('CONTACT_WITH_SELF', 'nobody is a contact of their own', 'contactUid')
  }
  return unitOfWork.run(async (stores) => {
    await holdBoth(stores, uid, { field: 'contactUid', uid: contactUid })
    await stores.contacts.insert(pairsOf(uid, contactUid, direction))
    const contact = await stores.contacts.find(uid, contactUid)
    if (contact === undefined) throw contactNotFound(uid, contactUid)
    return contact
  })
}

async function remove(
  { unitOfWork }: DirectoryParts,
  uid: string,
  contactUid: string,
  direction: ContactDirection,
): Promise<void> {
  checkIdentifier('uid', uid)
  checkIdentifier('contactUid', contactUid)
  const pairs = pairsOf(uid, contactUid, direction)
  const removed = await unitOfWork.run(({ contacts }) => contacts.remove(pairs))
  if (removed === 0) throw contactNotFound(uid, contactUid)
}

function contactNotFound(uid: string, contactUid: string): DomainError {
  const message = `"${contactUid}" is not a contact of "${uid}"`
  return new DomainError('CONTACT_NOT_FOUND', message, 'contactUid')
}

async function block(
  { unitOfWork }: DirectoryParts,
  uid: string,
  blockedUid: string,
): Promise<Block> {
  checkIdentifier('uid', uid)
  checkIdentifier('blockedUid', blockedUid)
  if (uid === blockedUid) {
    throw new DomainError('BLOCK_WITH_SELF', 'nobody can block themselves', 'blockedUid')
  }
  return unitOfWork.run(async (stores) => {
    await holdBoth(stores, uid, { field: 'blockedUid', uid: blockedUid })
    await stores.blocks.insert(uid, blockedUid)
    const block = await stores.blocks.find(uid, blockedUid)
    if (block === undefined) throw blockNotFound(uid, blockedUid)
    return block
  })
}

async function unblock(
  { unitOfWork }: DirectoryParts,
  uid: string,
  blockedUid: string,
): Promise<void> {
  checkIdentifier('uid', uid)
  checkIdentifier('blockedUid', blockedUid)
  const removed = await unitOfWork.run(({ blocks }) => blocks.remove(uid, blockedUid))
  if (!removed) throw blockNotFound(uid, blockedUid)
}

function blockNotFound(uid: string, blockedUid: string): DomainError {
  const message = `"${blockedUid}" is not blocked by "${uid}"`
  return new DomainError('BLOCK_NOT_FOUND', message, 'blockedUid')
}

async function holdBoth(
  { users }: Stores,
  uid: string,
  other: { readonly field: string; readonly uid: string },
): Promise<void> {
  const held = await users.hold([uid, other.uid])
  if (!held.has(uid)) throw userNotFound(uid)
  if (!held.has(other.uid)) throw userNotFound(other.uid, other.field)
}

function pairsOf(uid: string, contactUid: string, direction: ContactDirection): ContactPair[] {
  const there = { uid, contactUid }
  return direction === 'one-way' ? [there] : [there, { uid: contactUid, contactUid: uid }]
}
