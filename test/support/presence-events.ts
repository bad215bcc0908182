import type {
  BrokerGeneration,
  ConnectedEvent,
  DisconnectedEvent,
} from '../../src/core/events/broker-event.ts'
import type { PresenceEvent } from '../../src/core/presence/merge-presence.ts'
import { capturedRequests } from './captured.ts'

/** Ann's phone connects to node n1; a test states what it is about. */
export function aConnected(event: Partial<ConnectedEvent> = {}): ConnectedEvent {
  return {
    kind: 'connected',
    generation: 'emqx5',
    clientId: 'phone',
    username: 'ann',
    node: 'n1',
    peername: '10.0.0.1:1000',
    connectedAt: 1000,
    cleanStart: false,
    expirySeconds: 7200,
    keepaliveSeconds: 60,
    ...event,
  }
}

/** The connection of `aConnected` ends without a word, a minute after it was made. */
export function aDisconnected(event: Partial<DisconnectedEvent> = {}): DisconnectedEvent {
  return {
    kind: 'disconnected',
    generation: 'emqx5',
    clientId: 'phone',
    username: 'ann',
    node: 'n1',
    peername: '10.0.0.1:1000',
    connectedAt: 1000,
    disconnectedAt: 61_000,
    reason: 'tcp_closed',
    ...event,
  }
}

/** What real brokers reported of each client's comings and goings, in the order of its recording. */
export function recordedHistories(): readonly {
  readonly name: string
  readonly events: readonly PresenceEvent[]
}[] {
  const versions = ['emqx-5.8.9', 'emqx-5.3.2', 'emqx-4.4.19'] as const
  const paths = ['/hook/client.connected', '/hook/client.disconnected', '/v4/hook']
  const histories = versions.flatMap((version) =>
    capturedRequests(version, paths).flatMap(({ file, body }) => {
      const event = readEvent(JSON.parse(body), version === 'emqx-4.4.19' ? 'emqx4' : 'emqx5')
      return event === undefined ? [] : [{ name: `${file} ${event.clientId}`, event }]
    }),
  )
  const byName = Map.groupBy(histories, ({ name }) => name)
  return [...byName].map(([name, all]) => ({ name, events: all.map(({ event }) => event) }))
}

interface Fields {
  readonly event?: string
  readonly action?: string
  readonly clientid: string
  readonly username: string
  readonly node: string
  readonly peername?: string
  readonly connected_at?: number
  readonly disconnected_at?: number
  readonly clean_start?: boolean
  readonly expiry_interval?: number
  readonly keepalive?: number
  readonly reason?: string
}

function readEvent(fields: Fields, generation: BrokerGeneration): PresenceEvent | undefined {
  const { clientid: clientId, username, node, peername = '', connected_at: connectedAt } = fields
  const what = (fields.event ?? fields.action)?.replace(/^client[._]/, '')
  const common = { generation, clientId, username, node, peername }
  if (what === 'connected') {
    return {
      ...common,
      kind: 'connected',
      connectedAt: connectedAt ?? 0,
      cleanStart: fields.clean_start,
      expirySeconds: fields.expiry_interval,
      keepaliveSeconds: fields.keepalive ?? 0,
    }
  }
  if (what !== 'disconnected') return undefined
  const { disconnected_at: disconnectedAt = 0, reason = '' } = fields
  return { ...common, kind: 'disconnected', connectedAt, disconnectedAt, reason }
}
