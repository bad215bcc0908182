import type { PoolClient } from 'pg'
import { isIdentifier } from '../core/access/identifier.ts'
import type { AckedEvent } from '../core/events/broker-event.ts'
import type { Doorbell } from '../core/ports/sql.ts'
import type { ReachPolicy } from '../core/reach/reach-policy.ts'
import { sumBells } from './reach/bells.ts'
import { DECIDED_LATE, TAKEN_CROSSED, TAKEN_FROM_LOST, TAKEN_OVERDUE } from './reach/late-sql.ts'
import { iso } from './reach/message-rows.ts'
import { POLICY, policyValues } from './reach/policy-values.ts'

const ACKNOWLEDGE = `with held as materialized (
  select k.place from (
    select distinct a.uid, a.id from json_to_recordset($1::json) as a (uid text, id uuid) order by a.uid, a.id
  ) a cross join lateral (
    select k.ctid as place from awaited_acks k where k.user_id = a.uid and k.message_id = a.id for update) k
)
delete from awaited_acks k where k.ctid = any(array(select place from held))`

const RESULT = `
select provider, deliveries::integer, null::json as missed from bells
union all select null, null, (select json_agg(json_build_object('day', day, 'id', id)) from missed)`

const DECIDE_LOST = `with ${POLICY}, ${TAKEN_FROM_LOST}, ${DECIDED_LATE} ${RESULT}`
const DECIDE_CROSSED = `with ${POLICY}, ${TAKEN_CROSSED}, ${DECIDED_LATE} ${RESULT}`
const DECIDE_OVERDUE = `with ${POLICY}, ${TAKEN_OVERDUE}, ${DECIDED_LATE} ${RESULT}`

/** A reason that nobody is left of is none. */
const FORGET_EMPTY = `delete from unreached x using json_to_recordset($1::json) as q (day date, id uuid)
where x.day = q.day and x.message_id = q.id and x.recipients <= 0`

/** Somebody whose connection ended without a word. */
export interface LostUser {
  readonly uid: string
  readonly disconnectedAt: number
  /** 0 where there was none: then nobody can tell since when the connection had been dead. */
  readonly keepaliveSeconds: number
}

/** The broker gives a connection up after 1.5 keepalives; events take their time as well. */
const KEEPALIVES = 1.5
const MARGIN_MS = 10_000

/** Forgets what devices have received: their users have it. Locks rows in the order of their key. */
export async function applyAcks(client: PoolClient, acks: readonly AckedEvent[]): Promise<void> {
  const known = acks.flatMap(({ username: uid, id }) =>
    id !== undefined && /^[0-9a-f]{32}$/.test(id) && isIdentifier(uid) ? [{ uid, id }] : [],
  )
  if (known.length === 0) return
  const values = [JSON.stringify(known)]
  await client.query({ name: 'acknowledge', text: ACKNOWLEDGE, values })
}

/**
 * Decides again what was sent to users while their connections may have been dead already, as if none
 * of their devices were online. Once: what was sent before is forgotten, for it was received or is in
 * the session.
 */
export async function decideLate(
  client: PoolClient,
  lost: readonly LostUser[],
  policy: ReachPolicy,
  nowMs: number,
): Promise<readonly Doorbell[]> {
  const since = new Map<string, number>()
  for (const { uid, disconnectedAt, keepaliveSeconds } of lost) {
    const dead = disconnectedAt - KEEPALIVES * keepaliveSeconds * 1_000 - MARGIN_MS
    since.set(uid, Math.min(since.get(uid) ?? dead, keepaliveSeconds === 0 ? 0 : dead))
  }
  if (since.size === 0) return []
  const users = [...since].map(([uid, ms]) => ({ uid, since: iso(Math.max(0, ms)) }))
  const values = [JSON.stringify(users), ...policyValues(policy, nowMs)]
  return await decideAgain(client, { name: 'decide-lost', text: DECIDE_LOST, values })
}

/** The same for at most `limit` messages that nobody has acknowledged in time, connected or not. */
export async function decideOverdueAcks(
  client: PoolClient,
  ackWithinMs: number,
  policy: ReachPolicy,
  nowMs: number,
  limit: number,
): Promise<readonly Doorbell[]> {
  const values = [iso(nowMs - ackWithinMs), ...policyValues(policy, nowMs), limit]
  return await decideAgain(client, { name: 'decide-overdue', text: DECIDE_OVERDUE, values })
}

/** How old a decision is before it is looked at again, and how long it may be. */
const CROSSED_AFTER_MS = 1_000
const CROSSED_WITHIN_MS = 60_000

/**
 * The same for at most `limit` messages that were decided while their recipients were leaving: sent
 * after the last of their devices had gone, and yet they counted as online. A broker promises no order
 * of events, and two transactions don't see each other.
 */
export async function decideCrossed(
  client: PoolClient,
  policy: ReachPolicy,
  nowMs: number,
  limit: number,
): Promise<readonly Doorbell[]> {
  const values = [
    iso(nowMs - CROSSED_WITHIN_MS),
    ...policyValues(policy, nowMs),
    limit,
    iso(nowMs - CROSSED_AFTER_MS),
  ]
  return await decideAgain(client, { name: 'decide-crossed', text: DECIDE_CROSSED, values })
}

interface LateRow {
  readonly provider: string | null
  readonly deliveries: number | null
  readonly missed: readonly { readonly day: string; readonly id: string }[] | null
}

async function decideAgain(
  client: PoolClient,
  statement: { readonly name: string; readonly text: string; readonly values: unknown[] },
): Promise<readonly Doorbell[]> {
  const { rows } = await client.query<LateRow>(statement)
  const missed = rows.at(-1)?.missed
  if (missed) await client.query(FORGET_EMPTY, [JSON.stringify(missed)])
  return sumBells(rows)
}
