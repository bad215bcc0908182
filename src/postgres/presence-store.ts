import type { Pool } from 'pg'
import type { DevicePresence, PresenceReader, UserPresence } from '../core/ports/presence-ports.ts'
import { type PresenceStatus, summarisePresence } from '../core/presence/presence-summary.ts'
import { readPresence, type StoredPresence } from './presence-json.ts'
import { readGoneNodes } from './presence-rows.ts'

const DEVICES = `
select device_id, user_id, connections
from device_presence
where user_id = any($1)
order by device_id`

interface Row {
  readonly device_id: string
  readonly user_id: string
  readonly connections: StoredPresence
}

/** Reads who is online. What `unknown` is depends on the nodes that are gone now. */
export function createPresenceReader(pool: Pool): PresenceReader {
  return {
    devicesOf: (uid) => readDevices(pool, [uid]),

    async users(uids) {
      const devices = Map.groupBy(await readDevices(pool, uids), ({ uid }) => uid)
      return [...devices].map(([uid, own]) => userPresence(uid, own))
    },
  }
}

async function readDevices(
  pool: Pool,
  uids: readonly string[],
): Promise<readonly DevicePresence[]> {
  const { rows } = await pool.query<Row>(DEVICES, [uids])
  const goneNodes = await readGoneNodes(pool)
  return rows.map((row) => {
    const summary = summarisePresence(readPresence(row.connections), goneNodes)
    const { status, node, connectedAt, disconnectedAt, lastSeenAt } = summary
    return {
      clientId: row.device_id,
      uid: row.user_id,
      status,
      node,
      connectedAt: dateOf(connectedAt),
      disconnectedAt: dateOf(disconnectedAt),
      lastSeenAt: dateOf(lastSeenAt),
    }
  })
}

function dateOf(time: number | undefined): Date | undefined {
  return time === undefined ? undefined : new Date(time)
}

const BEST_FIRST: readonly PresenceStatus[] = ['online', 'unknown', 'offline']

function userPresence(uid: string, devices: readonly DevicePresence[]): UserPresence {
  const status = BEST_FIRST.find((one) => devices.some((device) => device.status === one))
  const seen = devices.flatMap(({ lastSeenAt }) => lastSeenAt?.getTime() ?? [])
  return {
    uid,
    status: status ?? 'offline',
    lastSeenAt: seen.length === 0 ? undefined : new Date(Math.max(...seen)),
  }
}
