import { type Kysely, sql } from 'kysely'
import { deviceNotFound } from '../core/directory/not-found.ts'
import type { DeviceSecretStore } from '../core/ports/device-stores.ts'
import type { Database } from './tables.ts'
import { refusing } from './violations.ts'

export function createDeviceSecretStore(db: Kysely<Database>): DeviceSecretStore {
  return {
    async insert(clientId, digest) {
      const query = db
        .insertInto('deviceSecrets')
        // The transaction's start would not do: one that waited for another has an older one.
        .values({ deviceId: clientId, digest, expiresAt: null, createdAt: sql`clock_timestamp()` })
      await refusing({ device_secrets_device_id_fkey: () => deviceNotFound(clientId) }, () =>
        query.execute(),
      )
    },

    async count(clientId) {
      const { count } = await db
        .selectFrom('deviceSecrets')
        .select(sql<number>`count(*)::int`.as('count'))
        .where('deviceId', '=', clientId)
        .executeTakeFirstOrThrow()
      return count
    },

    async expireAll(clientId, at) {
      await db
        .updateTable('deviceSecrets')
        // `least` leaves out what is null.
        .set({ expiresAt: sql<Date>`least(expires_at, ${at})` })
        .where('deviceId', '=', clientId)
        .execute()
    },

    async removeExpired(clientId, now) {
      await db
        .deleteFrom('deviceSecrets')
        .where('deviceId', '=', clientId)
        .where('expiresAt', '<=', now)
        .execute()
    },

    async removeAll(clientId) {
      const { numDeletedRows } = await db
        .deleteFrom('deviceSecrets')
        .where('deviceId', '=', clientId)
        .executeTakeFirst()
      return Number(numDeletedRows)
    },

    async removeAllButNewest(clientId) {
      const { numDeletedRows } = await db
        .deleteFrom('deviceSecrets')
        .where('deviceId', '=', clientId)
        .where('digest', '<>', ({ selectFrom }) =>
          selectFrom('deviceSecrets')
            .select('digest')
            .where('deviceId', '=', clientId)
            .orderBy('createdAt', 'desc')
            .limit(1),
        )
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}
