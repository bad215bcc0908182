import { type StaticEncode, Type } from 'typebox'
import type { BrokerAnswer, BrokerClient } from '../../core/ports/broker-control.ts'
import { answerReader, bodyReader } from './body-reader.ts'
import { lowestVersion, peernameOf } from './broker-client.ts'
import { codeAnswer } from './emqx4-reply.ts'

/** EMQX 4 as far as Herald reads it, as recorded from 4.4.19 (`test/fixtures/emqx-4.4.19/v4_05_rest.jsonl`). */
const Emqx4Client = Type.Object({
  clientid: Type.String(),
  username: Type.Optional(Type.String()),
  node: Type.String(),
  connected: Type.Boolean(),
  ip_address: Type.Optional(Type.String()),
  port: Type.Optional(Type.Number()),
  clean_start: Type.Optional(Type.Boolean()),
  expiry_interval: Type.Optional(Type.Number()),
  subscriptions_cnt: Type.Optional(Type.Number()),
})

const Emqx4ClientList = Type.Object({ data: Type.Array(Emqx4Client) })

/** Who is not there is a list of nobody. */
export const readEmqx4Client = answerReader(
  Emqx4ClientList,
  ({ data }): BrokerAnswer<BrokerClient> => {
    // After a takeover between nodes both may list the client.
    const row = data.find(({ connected }) => connected) ?? data[0]
    return row === undefined ? { kind: 'absent' } : { kind: 'done', value: clientOf(row) }
  },
)

export const readEmqx4Clients = bodyReader(
  Type.Object({
    data: Type.Array(Emqx4Client),
    meta: Type.Object({ hasnext: Type.Boolean() }),
  }),
  ({ data, meta }) => ({ clients: data.map(clientOf), hasNext: meta.hasnext }),
)

export const readEmqx4Subscriptions = bodyReader(
  Type.Object({
    data: Type.Array(
      Type.Object({
        topic: Type.String(),
        qos: Type.Union([Type.Literal(0), Type.Literal(1), Type.Literal(2)]),
      }),
    ),
  }),
  ({ data }) => data.map(({ topic, qos }) => ({ filter: topic, qos })),
)

export const readEmqx4Nodes = bodyReader(
  Type.Object({
    data: Type.Array(
      Type.Object({
        node: Type.String(),
        node_status: Type.String(),
        version: Type.Optional(Type.String()),
      }),
    ),
  }),
  ({ data }) => {
    const running = data.filter(({ node_status }) => node_status === 'Running')
    return {
      generation: 'emqx4' as const,
      version: lowestVersion(running.flatMap(({ version }) => version ?? [])),
      nodes: running.map(({ node }) => node),
    }
  },
)

/** A batch succeeds as a whole only where each of its filters did. */
export const readEmqx4Batch = answerReader(
  Type.Object({ data: Type.Array(Type.Object({ code: Type.Number() })) }),
  ({ data }): BrokerAnswer<undefined> =>
    data.map((one) => codeAnswer(one.code, one)).find((answer) => answer !== undefined) ?? {
      kind: 'done',
      value: undefined,
    },
)

function clientOf(row: StaticEncode<typeof Emqx4Client>): BrokerClient {
  return {
    clientId: row.clientid,
    username: row.username === undefined || row.username === 'undefined' ? '' : row.username,
    node: row.node,
    isConnected: row.connected,
    peername: peernameOf(row.ip_address, row.port),
    // It says "2026-11-23 18:55:15" by the node's own clock, and not in which time zone that stands.
    connectedAt: undefined,
    isCleanStart: row.clean_start,
    expirySeconds: row.expiry_interval,
    subscriptionsCount: row.subscriptions_cnt,
  }
}
