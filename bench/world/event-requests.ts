import type { QuestionsSpec } from '../load/load-plan.ts'
import { EXPECT, type PooledRequest } from '../load/request-pool.ts'
import type { Random } from './random.ts'
import { clientIdOf, uidOf, type World } from './world.ts'

export type EventKind = Extract<QuestionsSpec['kind'], 'presence' | 'direct-message'>

export function isEventKind(kind: QuestionsSpec['kind']): kind is EventKind {
  return kind === 'presence' || kind === 'direct-message'
}

/** Which event it is: no two of different seeds, times or indexes are the same. */
interface EventNumber {
  readonly seed: number
  readonly index: number
  readonly at?: number | undefined
}

const NODE = 'emqx@127.0.0.1'

/** An event as EMQX 5 reports it, with the columns that `emqx/5/` selects. */
export function eventRequest(
  kind: EventKind,
  world: World,
  random: Random,
  number: EventNumber,
): PooledRequest {
  const fields =
    kind === 'presence'
      ? presenceEvent(world, random, number)
      : directMessage(world, random, number)
  return { fields, expected: EXPECT.stored }
}

/**
 * Users with odd numbers are online, the others offline (`world-sql.ts`). By turns a device comes and
 * another goes, each of a user who is online and not in the crowd, whose presence the fan-out counts on.
 */
function presenceEvent({ size, deviceOf }: World, random: Random, number: EventNumber): object {
  const { at = 0, index } = number
  const pairs = (size.users - size.crowd) / 2
  const user = size.crowd + random.below(pairs) * 2 + 1
  const happenedAt = at + index
  const client = {
    clientid: clientIdOf(deviceOf(user, random.below(2))),
    username: uidOf(user),
    peername: `198.51.100.7:${1_024 + random.below(60_000)}`,
    sockname: '198.51.100.1:1883',
    proto_name: 'MQTT',
    proto_ver: 5,
    client_attrs: {},
    node: NODE,
    timestamp: happenedAt,
  }
  return index % 2 === 0
    ? { ...client, ...arrival(happenedAt) }
    : { ...client, ...leave(happenedAt) }
}

function arrival(at: number): object {
  return {
    event: 'client.connected',
    connected_at: at,
    clean_start: false,
    expiry_interval: 7_200,
    keepalive: 60,
    receive_maximum: 32,
    is_bridge: false,
    mountpoint: 'undefined',
    conn_props: { 'Session-Expiry-Interval': 7_200, 'User-Property': {} },
  }
}

function leave(at: number): object {
  return {
    event: 'client.disconnected',
    reason: 'tcp_closed',
    connected_at: at - 60_000,
    disconnected_at: at,
    disconn_props: { 'User-Property': {} },
  }
}

/** To somebody who is offline, from one of fifty who are online and not blocked. */
function directMessage({ size }: World, random: Random, number: EventNumber): object {
  const to = random.below(size.users / 2) * 2
  const from = (to + 3 + 2 * random.below(50)) % size.users
  return {
    id: messageId(number),
    clientid: clientIdOf(from),
    username: uidOf(from),
    topic: `user/${uidOf(to)}/inbox/${uidOf(from)}`,
    qos: 1,
    publish_received_at: number.at ?? 0,
    pub_props: { 'User-Property': {} },
    payload_b64: PAYLOAD,
    event: 'message.publish',
    node: NODE,
  }
}

const PAYLOAD = Buffer.from('Are you coming tonight? We start at eight.').toString('base64')

/** 32 hexadecimal digits, as EMQX writes them. */
export function messageId({ at = 0, seed, index }: EventNumber): string {
  const digits = (value: number, length: number) => value.toString(16).padStart(length, '0')
  return `${digits(at, 12)}${digits(seed, 8)}${digits(index, 12)}`.toUpperCase()
}
