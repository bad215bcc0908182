import type { FoundAt, FoundUser } from '../ports/user-stores.ts'
import { checkText } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { type Page, type PageRequest, readPage } from './page.ts'
import type { User } from './user.ts'

const TEXT_BYTES_MAX = 128

/** See `Users.search`. A page says where it ends by term, not by uid, so that an index goes on from there. */
export async function searchUsers(
  { unitOfWork }: DirectoryParts,
  text: string,
  page: PageRequest,
): Promise<Page<User>> {
  checkText('q', text, TEXT_BYTES_MAX)
  const { items, next } = await readPage<FoundUser>(
    page,
    writePlace,
    ({ after, limit }) =>
      unitOfWork.run(({ users }) => users.search({ text, after: readPlace(after), limit })),
    (key) => readPlace(key) !== undefined,
  )
  return { items: items.map(({ user }) => user), next }
}

/** Neither term nor uid holds a line break. */
function writePlace({ part, term, uid }: FoundAt): string {
  return Buffer.from(`${part}\n${term}\n${uid}`).toString('base64url')
}

function readPlace(key: string): FoundAt | undefined {
  if (key === '') return undefined
  const text = Buffer.from(key, 'base64url').toString('utf8')
  const [part, term = '', uid = '', ...more] = text.split('\n')
  if ((part !== 'uid' && part !== 'name') || uid === '' || more.length > 0) return undefined
  // Not what was sent, if it is spelled otherwise; and nothing that Postgres could not read.
  if (writePlace({ part, term, uid }) !== key || text.includes('\u0000')) return undefined
  return { part, term, uid }
}
