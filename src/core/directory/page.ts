import { isIdentifier } from '../access/identifier.ts'
import { DomainError } from '../domain-error.ts'

/** Most items on one page. */
export const PAGE_ITEMS_MAX = 1000
const PAGE_ITEMS_DEFAULT = 100

export interface PageRequest {
  /** The `next` of the page before; left out for the first. */
  readonly after?: string | undefined
  /** 1 to 1000; 100 where it is left out. */
  readonly limit?: number | undefined
}

export interface Page<Item> {
  readonly items: readonly Item[]
  /** Where the next page begins; undefined on the last. */
  readonly next: string | undefined
}

/** What a store reads for a page: at most `limit` items whose key comes after `after`, in its order. */
export interface Slice {
  /** Empty for the first page: it sorts before every key. */
  readonly after: string
  readonly limit: number
}

/** Checks `request`, reads one item too many to learn whether there is a next page, and cuts. */
export async function readPage<Item>(
  request: PageRequest,
  keyOf: (item: Item) => string,
  read: (slice: Slice) => Promise<readonly Item[]>,
  isKey: (text: string) => boolean = isIdentifier,
): Promise<Page<Item>> {
  const { after, limit } = checkPage(request, isKey)
  const found = await read({ after, limit: limit + 1 })
  const items = found.slice(0, limit)
  const last = items.at(-1)
  const hasMore = found.length > limit && last !== undefined
  return { items, next: hasMore ? keyOf(last) : undefined }
}

function checkPage(
  { after = '', limit = PAGE_ITEMS_DEFAULT }: PageRequest,
  isKey: (text: string) => boolean,
): Slice {
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_ITEMS_MAX) {
    throw new DomainError('INVALID_PAGE', `limit must be 1 to ${PAGE_ITEMS_MAX}`, 'limit')
  }
  if (after !== '' && !isKey(after)) {
    throw new DomainError('INVALID_PAGE', 'after must be the "next" of an earlier page', 'after')
  }
  return { after, limit }
}

/** Whether `text` is a number that Postgres can read as a bigint. */
export function isNumber(text: string): boolean {
  return /^[0-9]{1,18}$/.test(text)
}
