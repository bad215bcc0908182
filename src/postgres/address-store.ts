import { type Kysely, sql } from 'kysely'
import type { Address } from '../core/directory/address.ts'
import type { AddressStore } from '../core/ports/address-store.ts'
import type { Database } from './tables.ts'

const COLUMNS = [
  'id',
  'userId',
  'deviceId',
  'channel',
  'provider',
  'token',
  'locale',
  'registeredAt',
  'createdAt',
] as const

export function createAddressStore(db: Kysely<Database>): AddressStore {
  return {
    async insert(address) {
      for (;;) {
        await removeForeign(db, address)
        const row = await upsertOwn(db, address)
        if (row !== undefined) return toAddress(row)
        // Somebody else has registered the same token between the two statements.
      }
    },

    async count({ uid, clientId }) {
      const { count } = await db
        .selectFrom('addresses')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .where('userId', '=', uid)
        .where('deviceId', 'is not distinct from', clientId ?? null)
        .executeTakeFirstOrThrow()
      return Number(count)
    },

    async list(uid, { after, limit }) {
      const rows = await db
        .selectFrom('addresses')
        .select(COLUMNS)
        .where('userId', '=', uid)
        .where('id', '>', after === '' ? '0' : after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toAddress)
    },

    async find(id) {
      const row = await selectAddress(db, id).executeTakeFirst()
      return row && toAddress(row)
    },

    async lock(id) {
      const row = await selectAddress(db, id).forUpdate().executeTakeFirst()
      return row && toAddress(row)
    },

    async remove(id) {
      const { numDeletedRows } = await db
        .deleteFrom('addresses')
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    async removeOwn(uid, id) {
      const { numDeletedRows } = await db
        .deleteFrom('addresses')
        .where('id', '=', id)
        .where('userId', '=', uid)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    async isOfAnother({ uid, provider, token }) {
      const { rows } = await sql<{ isThere: boolean }>`
        select exists (
          select from addresses
          where provider = ${provider}
            and md5(address_identity(token)) = md5(address_identity(${token}))
            and address_identity(token) = address_identity(${token}) and user_id <> ${uid}
        ) as is_there
      `.execute(db)
      return rows[0]?.isThere === true
    },
  }
}

function selectAddress(db: Kysely<Database>, id: string) {
  return db.selectFrom('addresses').select(COLUMNS).where('id', '=', id)
}

type NewRow = Parameters<AddressStore['insert']>[0]

/** Deleted, not updated: deliveries on their way go by the id, and are not the new owner's to see. */
async function removeForeign(db: Kysely<Database>, address: NewRow): Promise<void> {
  const { uid, clientId, provider, token } = address
  await sql`
    delete from addresses
    where provider = ${provider}
      and md5(address_identity(token)) = md5(address_identity(${token}))
      and address_identity(token) = address_identity(${token})
      and (user_id, device_id) is distinct from (${uid}::text, ${clientId ?? null}::text)
  `.execute(db)
}

async function upsertOwn(db: Kysely<Database>, address: NewRow): Promise<Row | undefined> {
  const { uid, clientId, channel, provider, token, locale } = address
  const { rows } = await sql<Row>`
    insert into addresses as a (user_id, device_id, channel, provider, token, locale)
    values (${uid}, ${clientId ?? null}, ${channel}, ${provider}, ${token}, ${locale ?? null})
    on conflict (provider, md5(address_identity(token))) do update
      set token = excluded.token, registered_at = now(), used_on = (now() at time zone 'UTC')::date,
        locale = excluded.locale, channel = excluded.channel
      where (a.user_id, a.device_id) is not distinct from (excluded.user_id, excluded.device_id)
    returning id, user_id, device_id, channel, provider, token, locale, registered_at, created_at
  `.execute(db)
  return rows[0]
}

interface Row {
  readonly id: string
  readonly userId: string
  readonly deviceId: string | null
  readonly channel: Address['channel']
  readonly provider: string
  readonly token: string
  readonly locale: string | null
  readonly registeredAt: Date
  readonly createdAt: Date
}

function toAddress(row: Row): Address {
  return {
    id: row.id,
    uid: row.userId,
    clientId: row.deviceId ?? undefined,
    channel: row.channel,
    provider: row.provider,
    token: row.token,
    locale: row.locale ?? undefined,
    registeredAt: row.registeredAt,
    createdAt: row.createdAt,
  }
}
