import { randomUUID } from 'node:crypto'
import type { Pool, PoolClient } from 'pg'
import type {
  AckedEvent,
  BrokerEvent,
  ConnectedEvent,
  DisconnectedEvent,
  PublishedEvent,
} from '../../src/core/events/broker-event.ts'
import type { ChatMessage } from '../../src/core/reach/chat-message.ts'
import type { EventSteps } from '../../src/postgres/event-steps.ts'

/** Tables for the steps below: a row for a device, counting its events, and one for a message. */
export async function createSeenTables(pool: Pool): Promise<void> {
  await pool.query(`
    create table seen_devices (client_id text primary key, events integer not null);
    create table seen_messages (id uuid primary key, said json not null);
    create table steps_taken (id serial primary key, step text not null)`)
}

/** What a test's steps saw. */
export interface StepLog {
  readonly calls: (readonly [string, unknown])[]
}

/** Steps that write what they are given, each in one statement that locks in the order of a key. */
export function createSeenSteps(log: StepLog = { calls: [] }): EventSteps<string> {
  return {
    async applyPresence(client, events) {
      log.calls.push(['presence', events.map(({ clientId }) => clientId)])
      await countDevices(client, events)
      return events.flatMap(({ kind, clientId }) => (kind === 'disconnected' ? [clientId] : []))
    },
    async applyAcks(client, acks: readonly AckedEvent[]) {
      log.calls.push(['acks', acks.map(({ clientId }) => clientId)])
      await countDevices(client, acks)
    },
    async decideLate(_client, lost, nowMs) {
      log.calls.push(['late', [lost, nowMs]])
      return [{ provider: 'late', deliveries: lost.length }]
    },
    async writeRequests(_client, requests) {
      log.calls.push(['requests', requests.map(({ id }) => id)])
    },
    async writeMessages(client, messages, nowMs) {
      log.calls.push(['messages', [messages.map(({ id }) => id), nowMs]])
      await insertMessages(client, messages)
      return [{ provider: 'stub', deliveries: messages.length }]
    },
    async applyReads(_client, marks, nowMs) {
      log.calls.push(['reads', [marks, nowMs]])
      return []
    },
    async ring(transaction, bells) {
      log.calls.push(['ring', bells])
      await transaction.executeSql('insert into steps_taken (step) values ($1)', ['ring'])
    },
  }
}

async function countDevices(
  client: PoolClient,
  events: readonly { readonly clientId: string }[],
): Promise<void> {
  await client.query(
    `insert into seen_devices (client_id, events)
     select id, count(*) from unnest($1::text[]) id group by id order by id
     on conflict (client_id) do update set events = seen_devices.events + excluded.events`,
    [events.map(({ clientId }) => clientId)],
  )
}

/** A text with U+0000 in it is JSON, but none that Postgres takes. */
async function insertMessages(client: PoolClient, messages: readonly ChatMessage[]): Promise<void> {
  await client.query(
    `insert into seen_messages (id, said)
     select id, json_build_object('body', body)
     from json_to_recordset($1) as message (id uuid, body text) order by id
     on conflict do nothing`,
    [JSON.stringify(messages.map(({ id, said: { body } }) => ({ id, body })))],
  )
}

/** A message whose payload is its body. */
export function readSeenMessage(event: PublishedEvent): ChatMessage | undefined {
  const [root, owner = '', box, from = ''] = event.topic.split('/')
  if (box !== 'inbox') return undefined
  return {
    id: event.id ?? randomUUID().replaceAll('-', ''),
    day: '2026-11-25',
    kind: root === 'user' ? 'direct-message' : 'group-message',
    to: root === 'user' ? owner : undefined,
    gid: root === 'group' ? owner : undefined,
    from,
    isServer: event.clientId === 'http_api',
    sentAt: event.receivedAt,
    qos: event.qos,
    said: {
      appId: undefined,
      title: undefined,
      body: Buffer.from(event.payload).toString(),
      mentions: [],
      mentionsAll: false,
      isSilent: false,
      isForced: false,
      priority: undefined,
      ttlSeconds: undefined,
      collapseKey: undefined,
      data: undefined,
    },
  }
}

export function aConnected(clientId: string): ConnectedEvent {
  return {
    kind: 'connected',
    generation: 'emqx5',
    clientId,
    username: 'ann',
    node: 'n',
    peername: '192.0.2.1:1',
    connectedAt: 1_795_460_000_000,
    cleanStart: true,
    expirySeconds: 0,
    keepaliveSeconds: 60,
  }
}

export function aDisconnected(clientId: string): DisconnectedEvent {
  return {
    kind: 'disconnected',
    generation: 'emqx5',
    clientId,
    username: 'ann',
    node: 'n',
    peername: '192.0.2.1:1',
    connectedAt: 1_795_460_000_000,
    disconnectedAt: 1_795_460_001_000,
    reason: 'keepalive_timeout',
  }
}

export function anAcked(clientId: string): AckedEvent {
  const topic = 'user/ann/inbox/bob'
  return { kind: 'acked', generation: 'emqx5', id: anId(1), clientId, username: 'ann', topic }
}

export function aPublished(fields: Partial<PublishedEvent> = {}): PublishedEvent {
  return {
    kind: 'published',
    generation: 'emqx5',
    id: anId(1),
    clientId: 'phone',
    topic: 'user/ann/inbox/bob',
    qos: 1,
    payload: Buffer.from('hi'),
    userProperties: {},
    receivedAt: 1_795_460_000_000,
    ...fields,
  }
}

export function anId(number: number): string {
  return number.toString(16).padStart(32, '0')
}

export function poison(number: number): BrokerEvent {
  return aPublished({ id: anId(number), payload: Buffer.from('a\u0000b') })
}
