import { type Kysely, sql } from 'kysely'
import type { CircuitStore } from '../core/ports/delivery-ports.ts'
import type { Database } from './tables.ts'

/** What people do about circuits, on a transaction; workers have a store of their own. */
export function createCircuitLatch(db: Kysely<Database>): Pick<CircuitStore, 'find' | 'hurry'> {
  return {
    async find(provider) {
      const row = await db
        .selectFrom('providerCircuits')
        .select(['openedAt', 'probeAt', 'reason'])
        .where('provider', '=', provider)
        .executeTakeFirst()
      if (row === undefined) return undefined
      const { openedAt, probeAt, reason } = row
      return { openedAt: openedAt.getTime(), probeAt: probeAt.getTime(), reason }
    },

    async hurry(provider, nowMs) {
      await db
        .updateTable('providerCircuits')
        .set({ probeAt: sql<Date>`least(probe_at, to_timestamp(${nowMs}::float8 / 1000))` })
        .where('provider', '=', provider)
        .execute()
    },
  }
}
