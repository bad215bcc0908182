import type { PoolClient } from 'pg'
import type { Doorbell } from '../core/ports/sql.ts'
import type { ChatMessage } from '../core/reach/chat-message.ts'
import type { ReachPolicy } from '../core/reach/reach-policy.ts'
import { sumBells } from './reach/bells.ts'
import { MEMBERS, NEW_MESSAGES, ONE_MESSAGE, RECIPIENTS } from './reach/judged-sql.ts'
import { messageRows } from './reach/message-rows.ts'
import { POLICY, policyValues } from './reach/policy-values.ts'
import { decidedSql, recordedSql } from './reach/reach-sql.ts'

/** Members beyond which a group's message is decided by itself, by joins of whole tables. */
const LARGE_GROUP = 1_000

const WRITE = `with ${POLICY}, ${NEW_MESSAGES}, ${RECIPIENTS}, ${decidedSql('look-ups', 'as-they-are')},
${recordedSql('look-ups')}
select provider, deliveries::integer, null::integer as n from bells
union all select null, null, n from m where is_large`

const WRITE_TO_LARGE_GROUP = `with ${POLICY}, ${ONE_MESSAGE}, ${MEMBERS}, ${decidedSql('joins', 'as-they-are')},
${recordedSql('joins')}
select provider, deliveries::integer, null::integer as n from bells`

/**
 * Until the transaction ends, should the connection keep its plans: the plan of one group's size; and a
 * hundred thousand recipients are some 20 MB to sort.
 */
const PLAN_AND_SORT = `set local plan_cache_mode = force_custom_plan; set local enable_seqscan = on;
set local enable_bitmapscan = on; set local work_mem = '64MB'`

interface Row {
  readonly provider: string | null
  readonly deliveries: number | null
  /** Instead, a message to a large group. */
  readonly n: number | null
}

/**
 * Stores messages with everything that follows for their recipients: deliveries, the reasons of those
 * who get none, the acknowledgements that are awaited. A message that is there already changes nothing.
 *
 * One statement for all of them; the members of a large group take one of their own, with other joins.
 * Locks: messages, then conversation slots, each in the order of their keys. The connection is one that
 * plans once.
 */
export async function writeMessages(
  client: PoolClient,
  messages: readonly ChatMessage[],
  policy: ReachPolicy,
  nowMs: number,
  largeGroup: number = LARGE_GROUP,
): Promise<readonly Doorbell[]> {
  if (messages.length === 0) return []
  const once = [...new Map(messages.map((one) => [`${one.day} ${one.id}`, one])).values()]
  const values = [...policyValues(policy, nowMs), policy.halfOpenGroupMax]
  const { rows } = await client.query<Row>({
    name: 'write-messages',
    text: WRITE,
    values: [messageRows(once, policy), ...values, largeGroup],
  })
  const bells = [rows]
  for (const message of largeOnes(rows, once)) {
    await client.query(PLAN_AND_SORT)
    const large = await client.query<Row>(WRITE_TO_LARGE_GROUP, [
      messageRows([message], policy),
      ...values,
      message.gid,
      message.from,
    ])
    bells.push(large.rows)
  }
  return sumBells(bells.flat())
}

/** In the order of their groups, so that two batches with the same ones don't wait for each other. */
function largeOnes(rows: readonly Row[], messages: readonly ChatMessage[]): readonly ChatMessage[] {
  return rows
    .flatMap(({ n }) => (n === null ? [] : (messages[n] ?? [])))
    .toSorted(({ gid: a = '' }, { gid: b = '' }) => (a < b ? -1 : a > b ? 1 : 0))
}
