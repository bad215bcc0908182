import type { Block, Contact } from '../directory/contact.ts'
import type { Slice } from '../directory/page.ts'

export interface ContactPair {
  readonly uid: string
  readonly contactUid: string
}

export interface ContactStore {
  /** Leaves alone what is there already. */
  insert(pairs: readonly ContactPair[]): Promise<void>
  find(uid: string, contactUid: string): Promise<Contact | undefined>
  /** A user's contacts, ordered by contact. */
  list(uid: string, slice: Slice): Promise<readonly Contact[]>
  /** Returns how many were removed. */
  remove(pairs: readonly ContactPair[]): Promise<number>
}

export interface BlockStore {
  /** Keeps the time of a block that is there already. */
  insert(uid: string, blockedUid: string): Promise<void>
  find(uid: string, blockedUid: string): Promise<Block | undefined>
  /** A user's blocks, ordered by the blocked user. */
  list(uid: string, slice: Slice): Promise<readonly Block[]>
  remove(uid: string, blockedUid: string): Promise<boolean>
}
