import { sql, type Transaction } from 'kysely'
import type { AddressLine, LineRefusal } from '../core/bulk/import-line.ts'
import { ADDRESSES_MAX } from '../core/directory/addresses.ts'
import { DomainError } from '../core/domain-error.ts'
import type { ResolveAddress } from '../core/ports/import-store.ts'
import { type Numbered, refusal, rowsOf, type Written } from './bulk-writes.ts'
import type { Database } from './tables.ts'

/** Adds addresses whose tokens nobody has registered yet. */
export async function writeAddresses(
  trx: Transaction<Database>,
  lines: readonly Numbered<AddressLine>[],
  resolve: ResolveAddress,
): Promise<Written> {
  const owners = await ownersOf(trx, lines)
  const { rows, refusals } = resolveAll(lines, owners, resolve)
  const { rows: outcomes } = await sql<Outcome>`
    with l as materialized (
      select * from json_to_recordset(${JSON.stringify(rows)}::json)
        as l (n integer, uid text, device text, channel text, provider text, token text, locale text)
    ), counted as (
      select l.*, (select count(*) from addresses a
          where a.user_id = l.uid and a.device_id is not distinct from l.device)
        + row_number() over (partition by l.uid, l.device order by l.n) as place
      from l
    ), added as (
      insert into addresses (user_id, device_id, channel, provider, token, locale)
      select uid, device, channel, provider, token, locale from counted
      where place <= ${ADDRESSES_MAX} order by n
      on conflict (provider, md5(address_identity(token))) do nothing
      returning provider, token, user_id, device_id
    )
    select c.n,
      exists (select from added a where (a.provider, a.token, a.user_id) = (c.provider, c.token, c.uid)
        and a.device_id is not distinct from c.device) as was_added,
      (select (a.user_id, a.device_id) is not distinct from (c.uid, c.device) from addresses a
        where a.provider = c.provider
          and md5(address_identity(a.token)) = md5(address_identity(c.token))) as is_own
    from counted c
  `.execute(trx)
  const refused = outcomes.flatMap(({ n, wasAdded, isOwn }) => {
    if (wasAdded || isOwn === true) return []
    if (isOwn === false) return [refusal(n, 'ADDRESS_EXISTS', 'token', 'it is somebody else’s')]
    return [refusal(n, 'TOO_MANY_ADDRESSES', 'token', `there are ${ADDRESSES_MAX} already`)]
  })
  const added = outcomes.filter(({ wasAdded }) => wasAdded).length
  return { added, refusals: [...refusals, ...refused] }
}

interface Outcome {
  readonly n: number
  readonly wasAdded: boolean
  /** Null where nobody had the token before. */
  readonly isOwn: boolean | null
}

interface Owner {
  readonly uid: string | null
  readonly app: string | null
}

/** By line: whose device or which user it is; the uid is null where there is none. */
async function ownersOf(
  trx: Transaction<Database>,
  lines: readonly Numbered<AddressLine>[],
): Promise<ReadonlyMap<number, Owner>> {
  const rows = rowsOf(lines, ({ channel, clientId, uid }) =>
    channel === 'push' ? { device: clientId } : { uid },
  )
  const { rows: found } = await sql<{ n: number; uid: string | null; app: string | null }>`
    select l.n, coalesce(d.user_id, u.id) as uid, d.app
    from json_to_recordset(${rows}::json) as l (n integer, uid text, device text)
    left join devices d on d.id = l.device
    left join users u on u.id = l.uid
  `.execute(trx)
  return new Map(found.map(({ n, uid, app }) => [n, { uid, app }]))
}

function resolveAll(
  lines: readonly Numbered<AddressLine>[],
  owners: ReadonlyMap<number, Owner>,
  resolve: ResolveAddress,
): { readonly rows: readonly object[]; readonly refusals: readonly LineRefusal[] } {
  const rows: object[] = []
  const refusals: LineRefusal[] = []
  for (const { number, line } of lines) {
    const { uid, app } = owners.get(number) ?? { uid: null, app: null }
    if (uid === null) {
      refusals.push(noOwner(number, line))
      continue
    }
    try {
      const resolved = resolve(line, app ?? undefined)
      const device = line.channel === 'push' ? line.clientId : undefined
      rows.push({ n: number, uid, device, channel: line.channel, ...resolved })
    } catch (error) {
      if (!(error instanceof DomainError)) throw error
      refusals.push(refusal(number, error.code, error.field ?? 'token', error.message))
    }
  }
  return { rows, refusals }
}

function noOwner(number: number, { channel }: AddressLine): LineRefusal {
  return channel === 'push'
    ? refusal(number, 'DEVICE_NOT_FOUND', 'clientId', 'there is no such device')
    : refusal(number, 'USER_NOT_FOUND', 'uid', 'there is no such user')
}
