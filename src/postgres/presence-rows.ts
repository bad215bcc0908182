import type { PoolClient } from 'pg'
import type { GoneNodes, PresenceSummary } from '../core/presence/presence-summary.ts'
import type { StoredPresence } from './presence-json.ts'

/** A device's row as it becomes. */
export interface PresenceChange {
  readonly deviceId: string
  readonly stored: StoredPresence
  readonly summary: PresenceSummary
}

/** Read after the rows are locked: a node that goes later finds them locked, and waits. */
export async function readGoneNodes(client: Pick<PoolClient, 'query'>): Promise<GoneNodes> {
  const { rows } = await client.query<{ node: string; gone_at: Date }>({
    name: 'gone-nodes',
    text: 'select node, gone_at from gone_nodes',
  })
  return new Map(rows.map(({ node, gone_at }) => [node, gone_at.getTime()]))
}

const UPDATE = `
update device_presence p set
  is_online = v.o,
  connections = v.s,
  node = v.n,
  connected_at = to_timestamp(v.c / 1000),
  clean_start = v.f,
  expiry_seconds = v.e,
  keepalive_seconds = v.k,
  session_since = to_timestamp(v.a / 1000),
  disconnected_at = to_timestamp(v.d / 1000),
  last_seen_at = to_timestamp(v.l / 1000)
from json_to_recordset($1) v (i text, o boolean, s jsonb, n text, c float8, f boolean, e bigint,
  k integer, a float8, d float8, l float8)
where p.device_id = v.i`

/** The rows are locked already. */
export async function updatePresence(
  client: Pick<PoolClient, 'query'>,
  changes: readonly PresenceChange[],
): Promise<void> {
  if (changes.length === 0) return
  const values = [JSON.stringify(changes.map(rowOf))]
  await client.query({ name: 'update-presence', text: UPDATE, values })
}

/** What is undefined is left out, and comes out as null. */
function rowOf({ deviceId, stored, summary }: PresenceChange) {
  return {
    i: deviceId,
    o: summary.status === 'online',
    s: stored,
    n: summary.node,
    c: summary.connectedAt,
    f: summary.cleanStart,
    e: summary.expirySeconds,
    k: summary.keepaliveSeconds,
    a: summary.sessionSince,
    d: summary.disconnectedAt,
    l: summary.lastSeenAt,
  }
}
