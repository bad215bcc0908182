import type { PoolClient } from 'pg'
import type { PresenceEvent } from '../../src/core/presence/merge-presence.ts'
import { type AppliedPresence, applyPresence } from '../../src/postgres/presence-writer.ts'
import type { TestDatabase } from './database.ts'

/** Runs `work` in a transaction of its own and commits it. */
export async function inTransaction<Result>(
  { pool }: TestDatabase,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback')
    throw error
  } finally {
    client.release()
  }
}

export function apply(
  database: TestDatabase,
  ...events: readonly PresenceEvent[]
): Promise<AppliedPresence> {
  return inTransaction(database, (client) => applyPresence(client, events))
}

/** Adds users, each with some devices. */
export async function addDevices(
  { pool }: TestDatabase,
  devices: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  for (const [uid, clientIds] of Object.entries(devices)) {
    await pool.query('insert into users (id) values ($1)', [uid])
    await pool.query('insert into devices (id, user_id) select unnest($1::text[]), $2', [
      clientIds,
      uid,
    ])
  }
}
