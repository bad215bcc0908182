import { createRandom, type Random } from '../../bench/world/random.ts'
import { writeRow } from '../../demo/broker/sink/event-rows.ts'
import { aPublish } from './sink-world.ts'

/**
 * A hundred people with a phone each and every second with a tablet too, in ten groups of ten. All
 * that follows is arithmetic on their numbers, so that it is known without Herald who must be reached.
 */
const PEOPLE = 100
const GROUPS = 10

export const TOWN_SQL = `
  insert into users (id) select 'user' || i from generate_series(0, ${PEOPLE - 1}) i;
  insert into devices (id, user_id)
    select kind || i, 'user' || i from generate_series(0, ${PEOPLE - 1}) i, unnest(array['phone', 'tablet']) kind
    where kind = 'phone' or i % 2 = 0;
  insert into addresses (user_id, device_id, channel, provider, token)
    select user_id, id, 'push', 'stub', id from devices
    where substr(user_id, 5)::int % 10 <> 9;
  insert into preferences (user_id, notify)
    select 'user' || i, 'none' from generate_series(0, ${PEOPLE - 1}) i where i % 10 = 8;
  insert into groups (id) select 'group' || g from generate_series(0, ${GROUPS - 1}) g;
  insert into memberships (group_id, user_id, role)
    select 'group' || i / 10, 'user' || i, case when i % 10 = 0 then 'owner' else 'member' end
    from generate_series(0, ${PEOPLE - 1}) i;
`

/** A message, as the broker reports it, and the tokens that it has to reach. */
export interface TownMessage {
  /** As Postgres writes it. */
  readonly id: string
  readonly event: string
  readonly tokens: readonly string[]
}

/** Whom nobody reaches: one in ten has no address, one in ten wants nothing, one in ten is online. */
const isReached = (person: number) => person % 10 < 7

/** The events by which every tenth person comes online. */
export function townArrivals(): readonly string[] {
  return people()
    .filter((person) => person % 10 === 7)
    .map((person) =>
      JSON.stringify({
        event: 'client.connected',
        clientid: `phone${person}`,
        username: `user${person}`,
        peername: `198.51.100.7:${40_000 + person}`,
        node: 'emqx@127.0.0.1',
        connected_at: Date.now(),
        clean_start: false,
        expiry_interval: 3_600,
        keepalive: 60,
        proto_ver: 5,
        conn_props: { 'User-Property': {} },
        timestamp: Date.now(),
      }),
    )
}

/** `count` messages of a kind of their own, `run`: two thirds to one person, the others to a group. */
export function townMessages(run: number, count: number): readonly TownMessage[] {
  const random = createRandom(run)
  return Array.from({ length: count }, (_, index) => townMessage(run, index, random))
}

function townMessage(run: number, index: number, random: Random): TownMessage {
  const group = random.below(GROUPS)
  // Who writes into a conversation has read it: so only those write whom nobody reaches.
  const from = group * 10 + 8 + random.below(2)
  const isForGroup = random.below(3) === 0
  const to = (from + 1 + random.below(PEOPLE - 1)) % PEOPLE
  const recipients = isForGroup
    ? people().filter((person) => Math.floor(person / 10) === group && person !== from)
    : [to]
  const digits = `${run.toString(16).padStart(8, '0')}${index.toString(16).padStart(24, '0')}`
  const event = aPublish({
    id: digits.toUpperCase(),
    clientid: `phone${from}`,
    username: `user${from}`,
    topic: isForGroup
      ? `group/group${group}/inbox/user${from}`
      : `user/user${to}/inbox/user${from}`,
    payload: Buffer.from(`message ${index}`),
    publish_received_at: Date.now(),
  })
  return {
    id: digits.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-'),
    event: writeRow(event, 'chosen'),
    tokens: recipients.filter(isReached).flatMap(tokensOf),
  }
}

function tokensOf(person: number): readonly string[] {
  return person % 2 === 0 ? [`phone${person}`, `tablet${person}`] : [`phone${person}`]
}

function people(): readonly number[] {
  return Array.from({ length: PEOPLE }, (_, person) => person)
}
