import { isIdentifier } from '../access/identifier.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import { checkIdentifier } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { userNotFound } from './not-found.ts'
import { type Page, type PageRequest, readPage, type Slice } from './page.ts'

/** A page of what belongs to one user, who must be there. */
export async function readUserPage<Item>(
  { unitOfWork }: DirectoryParts,
  uid: string,
  page: PageRequest,
  keyOf: (item: Item) => string,
  read: (stores: Stores, slice: Slice) => Promise<readonly Item[]>,
  isKey: (text: string) => boolean = isIdentifier,
): Promise<Page<Item>> {
  checkIdentifier('uid', uid)
  const readSlice = (slice: Slice) =>
    unitOfWork.run(async (stores) => {
      if ((await stores.users.find(uid)) === undefined) throw userNotFound(uid)
      return read(stores, slice)
    })
  return readPage(page, keyOf, readSlice, isKey)
}
