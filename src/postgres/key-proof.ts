import type { Pool } from 'pg'
import { isScope, type KeyRole, type Scope } from '../core/admin/scopes.ts'

/** What proves an API key, and what it may. */
export interface ProvenKey {
  readonly digest: Buffer
  readonly role: KeyRole
  readonly scopes: readonly Scope[] | undefined
}

/** A key's last use is noted to the minute, so most calls write nothing. */
const SQL = `
with found as (
  select id, digest, role, scopes, last_used_at from api_keys
  where id = $1 and (expires_at is null or expires_at > $2)
), used as (
  update api_keys k set last_used_at = $2 from found
  where k.id = found.id
    and (found.last_used_at is null or found.last_used_at < $2::timestamptz - interval '1 minute')
)
select digest, role, scopes from found`

/** Undefined where there is no such key, or none any more. */
export async function readKeyProof(
  pool: Pool,
  id: string,
  now: Date,
): Promise<ProvenKey | undefined> {
  const { rows } = await pool.query<{ digest: Buffer; role: KeyRole; scopes: string[] | null }>({
    name: 'key-proof',
    text: SQL,
    values: [id, now],
  })
  const [row] = rows
  return row && { ...row, scopes: row.scopes?.filter(isScope) }
}
