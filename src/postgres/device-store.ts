import { type Kysely, sql, type UpdateObject } from 'kysely'
import type { Device } from '../core/directory/device.ts'
import { userNotFound } from '../core/directory/not-found.ts'
import type { DeviceStore } from '../core/ports/device-stores.ts'
import type { SubscriptionProfile } from '../core/subscriptions/subscription-profile.ts'
import type { Database } from './tables.ts'
import { refusing } from './violations.ts'

export function createDeviceStore(db: Kysely<Database>): DeviceStore {
  return {
    async insert({ clientId, uid, app, platform }) {
      const query = db
        .insertInto('devices')
        .values({
          id: clientId,
          userId: uid,
          app: app ?? null,
          platform: platform ?? null,
          persistentSession: null,
          revokedAt: null,
        })
        .onConflict((conflict) => conflict.doNothing())
      const { numInsertedOrUpdatedRows } = await refusing(
        { devices_user_id_fkey: () => userNotFound(uid) },
        () => query.executeTakeFirst(),
      )
      return numInsertedOrUpdatedRows === 1n
    },

    async find(clientId) {
      const row = await selectDevices(db).where('id', '=', clientId).executeTakeFirst()
      return row && toDevice(row)
    },

    async list(uid, { after, limit }) {
      const rows = await selectDevices(db)
        .where('userId', '=', uid)
        .where('id', '>', after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toDevice)
    },

    async lock(clientId) {
      const row = await db
        .selectFrom('devices')
        .select('id')
        .where('id', '=', clientId)
        .forUpdate()
        .executeTakeFirst()
      return row !== undefined
    },

    revoke: (clientId, at) =>
      update(db, clientId, { revokedAt: sql<Date>`coalesce(revoked_at, ${at})` }),
    restore: (clientId) => update(db, clientId, { revokedAt: null }),
    setProfile: (clientId, subscriptionProfile) => update(db, clientId, { subscriptionProfile }),

    async update(clientId, { app, platform }) {
      const change = {
        ...(app !== undefined && { app }),
        ...(platform !== undefined && { platform }),
      }
      if (Object.keys(change).length === 0) return true
      return update(db, clientId, change)
    },

    async remove(clientId) {
      const { numDeletedRows } = await db
        .deleteFrom('devices')
        .where('id', '=', clientId)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}

async function update(
  db: Kysely<Database>,
  clientId: string,
  change: UpdateObject<Database, 'devices'>,
): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('devices')
    .set(change)
    .where('id', '=', clientId)
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

function selectDevices(db: Kysely<Database>) {
  return db.selectFrom('devices').select([
    'id',
    'userId',
    'app',
    'platform',
    'selfRegistered',
    'subscriptionProfile',
    'revokedAt',
    'createdAt',
    sql<number>`(select count(*)::int from device_secrets s where s.device_id = devices.id
        and (s.expires_at is null or s.expires_at > now()))`.as('secretCount'),
  ])
}

interface Row {
  readonly id: string
  readonly userId: string
  readonly app: string | null
  readonly platform: string | null
  readonly selfRegistered: boolean
  readonly subscriptionProfile: SubscriptionProfile
  readonly secretCount: number
  readonly revokedAt: Date | null
  readonly createdAt: Date
}

function toDevice(row: Row): Device {
  return {
    clientId: row.id,
    uid: row.userId,
    app: row.app ?? undefined,
    platform: row.platform ?? undefined,
    selfRegistered: row.selfRegistered,
    subscriptionProfile: row.subscriptionProfile,
    secretCount: row.secretCount,
    revokedAt: row.revokedAt ?? undefined,
    createdAt: row.createdAt,
  }
}
