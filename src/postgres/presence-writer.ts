import type { PoolClient } from 'pg'
import { isIdentifier } from '../core/access/identifier.ts'
import { findLostConnection, type LostConnection } from '../core/presence/lost-connection.ts'
import { mergePresence, type PresenceEvent } from '../core/presence/merge-presence.ts'
import type { PresenceState } from '../core/presence/presence-state.ts'
import { type GoneNodes, summarisePresence } from '../core/presence/presence-summary.ts'
import { sessionChange } from '../core/presence/session-change.ts'
import { readPresence, type StoredPresence, storePresence } from './presence-json.ts'
import { type PresenceChange, readGoneNodes, updatePresence } from './presence-rows.ts'
import type { ConnectedSession } from './session-marks.ts'

/** What came of a batch of events. */
export interface AppliedPresence {
  readonly lost: readonly LostConnection[]
  readonly connected: readonly ConnectedSession[]
  /** Events of client ids that are no devices, or of another user's. */
  readonly skipped: number
}

/**
 * Merges connects and disconnects into presence, in a transaction that somebody else ends.
 *
 * Every transaction makes the rows that are missing (most often none) before it locks those that are
 * there, each in the order of their ids, so that two of them can't wait for each other.
 */
export async function applyPresence(
  client: PoolClient,
  events: readonly PresenceEvent[],
): Promise<AppliedPresence> {
  if (events.length === 0) return { lost: [], connected: [], skipped: 0 }
  const histories = groupByDevice(events)
  const rows = await lockRows(client, [...histories.values()])
  const goneNodes = await readGoneNodes(client)
  const merged = rows.flatMap((row) => {
    const history = histories.get(`${row.device_id}\n${row.user_id}`)
    return history === undefined ? [] : [mergeInto(row, history, goneNodes)]
  })
  await updatePresence(
    client,
    merged.flatMap(({ change }) => change ?? []),
  )
  await updatePersistence(client, merged)
  const applied = merged.reduce((sum, { events: own }) => sum + own, 0)
  return {
    lost: merged.flatMap(({ lost }) => lost ?? []),
    connected: merged.flatMap(({ connected }) => connected ?? []),
    skipped: events.length - applied,
  }
}

interface History {
  readonly clientId: string
  readonly username: string
  readonly events: PresenceEvent[]
}

/** Of identifiers only: they hold no line break, and Postgres can store them. */
function groupByDevice(events: readonly PresenceEvent[]): ReadonlyMap<string, History> {
  const histories = new Map<string, History>()
  for (const event of events) {
    const { clientId, username } = event
    if (!isIdentifier(clientId) || !isIdentifier(username)) continue
    const key = `${clientId}\n${username}`
    const history = histories.get(key)
    if (history === undefined) histories.set(key, { clientId, username, events: [event] })
    else history.events.push(event)
  }
  return histories
}

const ASKED = `
q as materialized (
  select client_id, uid
  from unnest(string_to_array($1, e'\\n'), string_to_array($2, e'\\n')) q (client_id, uid)
)`

/** Nothing, where a device has no row yet that has to be made before any is locked, unless $3. */
const LOCK = `
with ${ASKED}, missing as (
  select from q
  where not exists (select from device_presence p where p.device_id = q.client_id)
    and exists (select from devices d where d.id = q.client_id and d.user_id = q.uid)
)
select p.device_id, p.user_id, p.is_online, p.connections
from q
join device_presence p on p.device_id = q.client_id and p.user_id = q.uid
where $3::boolean or not exists (select from missing)
order by p.device_id
for no key update of p`

/** A device that is being removed is waited for, and then has no row. */
const MAKE_MISSING = `
with ${ASKED}
insert into device_presence (device_id, user_id)
select d.id, d.user_id
from (
  select client_id, uid from q
  where not exists (select from device_presence p where p.device_id = q.client_id)
  offset 0
) q
join devices d on d.id = q.client_id and d.user_id = q.uid
order by d.id
for key share of d
on conflict do nothing`

interface Row {
  readonly device_id: string
  readonly user_id: string
  readonly is_online: boolean
  readonly connections: StoredPresence
}

async function lockRows(
  client: PoolClient,
  histories: readonly History[],
): Promise<readonly Row[]> {
  const values = [
    histories.map(({ clientId }) => clientId).join('\n'),
    histories.map(({ username }) => username).join('\n'),
  ]
  const lock = async (asTheyAre: boolean) => {
    const query = { name: 'lock-presence', text: LOCK, values: [...values, asTheyAre] }
    return (await client.query<Row>(query)).rows
  }
  const rows = await lock(false)
  if (rows.length > 0) return rows
  await client.query({ name: 'make-presence', text: MAKE_MISSING, values })
  return await lock(true)
}

interface Merged {
  readonly events: number
  /** Undefined where the row stays as it is. */
  readonly change: PresenceChange | undefined
  readonly lost: LostConnection | undefined
  readonly connected: ConnectedSession | undefined
  /** Whether the device's session outlives its connection, where that is news. */
  readonly persistence: { readonly deviceId: string; readonly isPersistent: boolean } | undefined
}

function mergeInto(row: Row, { events }: History, goneNodes: GoneNodes): Merged {
  const before = readPresence(row.connections)
  const state = mergePresence(before, events)
  const summary = summarisePresence(state, goneNodes)
  const deviceId = row.device_id
  const stored = storePresence(state)
  const isSame = row.is_online === (summary.status === 'online') && isEqual(row.connections, stored)
  const isPersistent = isPersistentIn(state)
  const session = sessionChange(before, state)
  return {
    events: events.length,
    change: isSame ? undefined : { deviceId, stored, summary },
    lost: findLostConnection(row.is_online, summary, events),
    connected:
      session === 'none' ? undefined : { clientId: deviceId, uid: row.user_id, change: session },
    persistence:
      isPersistent === undefined || isPersistent === isPersistentIn(before)
        ? undefined
        : { deviceId, isPersistent },
  }
}

/** Of lists of lists of values. */
function isEqual(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b
  return a.length === b.length && a.every((element, index) => isEqual(element, b[index]))
}

function isPersistentIn({ sessions: [newest] }: PresenceState): boolean | undefined {
  return newest?.expirySeconds === undefined ? undefined : newest.expirySeconds > 0
}

/**
 * Nobody else's events are waited for: theirs would have the same presence row. Removing a device locks
 * it and then its presence, the other way round; Postgres ends one of the two, and it is run again.
 */
const SET_PERSISTENT = `
update devices d set persistent_session = v.persistent
from (
  select l.id, q.persistent = 't' as persistent
  from unnest(string_to_array($1, e'\\n'), string_to_array($2, e'\\n')) q (id, persistent)
  join devices l on l.id = q.id
  order by l.id
  for no key update of l
) v
where d.id = v.id and d.persistent_session is distinct from v.persistent`

/** A device without a session that outlives its connection may make room for another. */
async function updatePersistence(client: PoolClient, merged: readonly Merged[]): Promise<void> {
  const news = merged.flatMap(({ persistence }) => persistence ?? [])
  if (news.length === 0) return
  await client.query({
    name: 'set-persistent',
    text: SET_PERSISTENT,
    values: [
      news.map(({ deviceId }) => deviceId).join('\n'),
      news.map(({ isPersistent }) => (isPersistent ? 't' : 'f')).join('\n'),
    ],
  })
}
