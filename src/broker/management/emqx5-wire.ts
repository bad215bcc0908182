import { type StaticEncode, Type } from 'typebox'
import type { BrokerClient } from '../../core/ports/broker-control.ts'
import { bodyReader } from './body-reader.ts'
import { lowestVersion, peernameOf } from './broker-client.ts'

/**
 * EMQX 5 and 6 as far as Herald reads it, as recorded from 5.3.2 and 5.8.9 (`test/fixtures/`). A field
 * that is not always there is not asked for.
 */
const Text = Type.Optional(Type.Union([Type.String(), Type.Null()]))
const Count = Type.Optional(Type.Union([Type.Number(), Type.Null()]))

const Emqx5Client = Type.Object({
  clientid: Type.String(),
  username: Text,
  node: Text,
  connected: Type.Boolean(),
  /** RFC 3339. */
  connected_at: Text,
  ip_address: Text,
  port: Count,
  clean_start: Type.Optional(Type.Boolean()),
  expiry_interval: Count,
  subscriptions_cnt: Count,
})

/** The names of all that is read, for `?fields=`: 5.8 leaves out the rest, 5.3 doesn't know it. */
export const CLIENT_FIELDS = Object.keys(Emqx5Client.properties).join(',')

export const readEmqx5Client = bodyReader(Emqx5Client, clientOf)

export const readEmqx5Clients = bodyReader(
  Type.Object({
    data: Type.Array(Emqx5Client),
    meta: Type.Object({ hasnext: Type.Boolean() }),
  }),
  ({ data, meta }) => ({ clients: data.map(clientOf), hasNext: meta.hasnext }),
)

export const readEmqx5Subscriptions = bodyReader(
  Type.Array(
    Type.Object({
      topic: Type.String(),
      qos: Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)]),
    }),
  ),
  (rows) => rows.map(({ topic, qos }) => ({ filter: topic, qos })),
)

/** A node that is stopped is listed too, and has no version. */
export const readEmqx5Nodes = bodyReader(
  Type.Array(
    Type.Object({
      node: Type.String(),
      node_status: Type.String(),
      version: Type.Optional(Type.String()),
    }),
  ),
  (rows) => {
    const running = rows.filter(({ node_status }) => node_status === 'running')
    return {
      generation: 'emqx5' as const,
      version: lowestVersion(running.flatMap(({ version }) => version ?? [])),
      nodes: running.map(({ node }) => node),
    }
  },
)

function clientOf(row: StaticEncode<typeof Emqx5Client>): BrokerClient {
  const at = Date.parse(row.connected_at ?? '')
  return {
    clientId: row.clientid,
    username: row.username ?? '',
    node: row.node ?? '',
    isConnected: row.connected,
    peername: peernameOf(row.ip_address, row.port),
    connectedAt: Number.isNaN(at) ? undefined : at,
    isCleanStart: row.clean_start,
    expirySeconds: row.expiry_interval ?? undefined,
    subscriptionsCount: row.subscriptions_cnt ?? undefined,
  }
}
