import type { Pool, PoolClient } from 'pg'
import type { NodeWatch } from '../core/ports/presence-ports.ts'
import { summarisePresence } from '../core/presence/presence-summary.ts'
import { readPresence, type StoredPresence, storePresence } from './presence-json.ts'
import { type PresenceChange, readGoneNodes, updatePresence } from './presence-rows.ts'

/** Rows that are looked at in one transaction, so that no event waits long for a node's end. */
const ROWS_MAX = 5000

/**
 * Marks nodes as gone, and decides anew who is online on them. The mark is committed first: events that
 * come later see it, and those that came before have their rows looked at.
 */
export function createNodeWatch(pool: Pool): NodeWatch {
  return {
    async markNodeGone(node, at) {
      await pool.query(
        `insert into gone_nodes (node, gone_at) values ($1, $2)
        on conflict (node) do update set gone_at = greatest(gone_nodes.gone_at, excluded.gone_at)`,
        [node, new Date(at)],
      )
      await reviewNode(pool, node)
    },

    async markNodeBack(node) {
      await pool.query('delete from gone_nodes where node = $1', [node])
      await reviewNode(pool, node)
    },
  }
}

async function reviewNode(pool: Pool, node: string): Promise<void> {
  let after: string | undefined = ''
  while (after !== undefined) after = await inTransaction(pool, reviewRows, node, after)
}

async function inTransaction(
  pool: Pool,
  work: typeof reviewRows,
  node: string,
  after: string,
): Promise<string | undefined> {
  const client = await pool.connect()
  try {
    await client.query('begin')
    const last = await work(client, node, after)
    await client.query('commit')
    client.release()
    return last
  } catch (error) {
    // The connection may be in any state: it is not used again, which also ends the transaction.
    client.release(true)
    throw error
  }
}

/** The first of the state's lists is that of its connections, whose first element is the node. */
const LOCK_ON_NODE = `
select device_id, is_online, connections
from device_presence
where device_id > $2 and jsonb_path_exists(connections, '$[0][*][0] ? (@ == $node)', jsonb_build_object('node', $1::text))
order by device_id
limit ${ROWS_MAX}
for no key update`

interface Row {
  readonly device_id: string
  readonly is_online: boolean
  readonly connections: StoredPresence
}

/** Returns the last device that was looked at, undefined where there are no more. */
async function reviewRows(
  client: PoolClient,
  node: string,
  after: string,
): Promise<string | undefined> {
  const { rows } = await client.query<Row>(LOCK_ON_NODE, [node, after])
  const goneNodes = await readGoneNodes(client)
  const changes = rows.flatMap((row): PresenceChange[] => {
    const state = readPresence(row.connections)
    const summary = summarisePresence(state, goneNodes)
    if (row.is_online === (summary.status === 'online')) return []
    return [{ deviceId: row.device_id, stored: storePresence(state), summary }]
  })
  await updatePresence(client, changes)
  return rows.length < ROWS_MAX ? undefined : rows.at(-1)?.device_id
}
