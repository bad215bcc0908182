import type { Pool, PoolClient } from 'pg'
import type { NodeWatch } from '../core/ports/presence-ports.ts'
import type { LostConnection } from '../core/presence/lost-connection.ts'
import { summarisePresence } from '../core/presence/presence-summary.ts'
import { readPresence, type StoredPresence, storePresence } from './presence-json.ts'
import { type PresenceChange, readGoneNodes, updatePresence } from './presence-rows.ts'
import { inTransaction } from './transaction.ts'

/** Rows that are looked at in one transaction, so that no event waits long for a node's end. */
const ROWS_MAX = 5000

/** What follows, in the same transaction, from connections that were lost with their node. */
export type OnLost = (client: PoolClient, lost: readonly LostConnection[]) => Promise<void>

/**
 * Marks nodes as gone, and decides anew who is online on them. The mark is committed first: events that
 * come later see it, and those that came before have their rows looked at.
 */
export function createNodeWatch(pool: Pool, onLost: OnLost): NodeWatch {
  return {
    async markNodeGone(node, at) {
      await pool.query(
        `insert into gone_nodes (node, gone_at) values ($1, $2)
        on conflict (node) do update set gone_at = greatest(gone_nodes.gone_at, excluded.gone_at)`,
        [node, new Date(at)],
      )
      await reviewNode(pool, { node, at, onLost })
    },

    async markNodeBack(node) {
      await pool.query('delete from gone_nodes where node = $1', [node])
      await reviewNode(pool, { node, at: 0, onLost })
    },

    async meet(nodes) {
      const { rows } = await pool.query<MetRow>(MEET, [nodes])
      return new Map(rows.map(({ node, isGone }) => [node, isGone]))
    },
  }
}

const MEET = `
with met as (
  insert into broker_nodes (node)
  select distinct node from unnest($1::text[]) node
  where not exists (select from broker_nodes b where b.node = node.node)
  order by node
  on conflict do nothing
  returning node
)
select node, exists (select from gone_nodes g where g.node = b.node) as "isGone"
from (select node from met union select node from broker_nodes union select node from gone_nodes) b`

interface MetRow {
  readonly node: string
  readonly isGone: boolean
}

interface Review {
  readonly node: string
  readonly at: number
  readonly onLost: OnLost
}

async function reviewNode(pool: Pool, review: Review): Promise<void> {
  let after: string | undefined = ''
  while (after !== undefined) {
    const from: string = after
    after = await inTransaction(pool, (client) => reviewRows(client, review, from))
  }
}

/** The first of the state's lists is that of its connections, whose first element is the node. */
const LOCK_ON_NODE = `
select device_id, user_id, is_online, connections
from device_presence
where device_id > $2 and jsonb_path_exists(connections, '$[0][*][0] ? (@ == $node)', jsonb_build_object('node', $1::text))
order by device_id
limit ${ROWS_MAX}
for no key update`

interface Row {
  readonly device_id: string
  readonly user_id: string
  readonly is_online: boolean
  readonly connections: StoredPresence
}

/** Returns the last device that was looked at, undefined where there are no more. */
async function reviewRows(
  client: PoolClient,
  { node, at, onLost }: Review,
  after: string,
): Promise<string | undefined> {
  const { rows } = await client.query<Row>(LOCK_ON_NODE, [node, after])
  const goneNodes = await readGoneNodes(client)
  const lost: LostConnection[] = []
  const changes = rows.flatMap((row): PresenceChange[] => {
    const state = readPresence(row.connections)
    const summary = summarisePresence(state, goneNodes)
    if (row.is_online === (summary.status === 'online')) return []
    if (row.is_online) lost.push(lostWithNode(row, at, summary.keepaliveSeconds))
    return [{ deviceId: row.device_id, stored: storePresence(state), summary }]
  })
  await updatePresence(client, changes)
  if (lost.length > 0) await onLost(client, lost)
  return rows.length < ROWS_MAX ? undefined : rows.at(-1)?.device_id
}

function lostWithNode(row: Row, at: number, keepaliveSeconds = 0): LostConnection {
  const { device_id: clientId, user_id: uid } = row
  return { clientId, uid, disconnectedAt: at, keepaliveSeconds, reason: 'node_gone' }
}
