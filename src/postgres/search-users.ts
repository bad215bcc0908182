import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { FoundUser, UserSearch } from '../core/ports/user-stores.ts'
import type { Database } from './tables.ts'
import { selectUsers, toUser } from './user-rows.ts'

/**
 * Two parts, each a range of an index that is read in its order. Whoever is found by both is left out of
 * the second, so of those it passes over as many as begin alike in uid and name.
 */
export async function searchUsers(
  db: Kysely<Database>,
  { text, after, limit }: UserSearch,
): Promise<readonly FoundUser[]> {
  const byUid = after?.part === 'name' ? [] : await readPart(db, 'uid', { text, after, limit })
  if (byUid.length === limit) return byUid
  const rest = { text, after: after?.part === 'name' ? after : undefined }
  const byName = await readPart(db, 'name', { ...rest, limit: limit - byUid.length })
  return [...byUid, ...byName]
}

async function readPart(
  db: Kysely<Database>,
  part: FoundUser['part'],
  { text, after, limit }: UserSearch,
): Promise<readonly FoundUser[]> {
  const term = TERMS[part]
  let query = selectUsers(db)
    .select(term.as('term'))
    .where(beginsWith(term, text))
    .orderBy(term)
    .orderBy('id')
    .limit(limit)
  if (part === 'name') query = query.where(sql<boolean>`not (${beginsWith(TERMS.uid, text)})`)
  if (after !== undefined) {
    query = query.where(sql<boolean>`(${term}, id) > (${after.term}, ${after.uid})`)
  }
  const rows = await query.execute()
  return rows.map((row) => ({ part, term: row.term, uid: row.id, user: toUser(row) }))
}

/** As the indexes have them, to the letter. */
const TERMS = {
  uid: sql<string>`(lower(id collate "default") collate "C")`,
  name: sql<string>`(lower(display_name collate "default") collate "C")`,
}

/** A range, because a plan that is made before the text is known can use an index for no pattern. */
function beginsWith(term: RawBuilder<string>, text: string): RawBuilder<boolean> {
  const first = sql`lower(${text}::text collate "default") collate "C"`
  return sql<boolean>`${term} >= ${first} and ${term} < ${first} || chr(1114111)`
}
