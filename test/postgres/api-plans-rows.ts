import type { ApiWorld } from '../support/api-world.ts'

/** Beyond what the planner would rather read whole. */
const ROWS = 20_000

/** The day before the broker's clock of these tests, and the days after it. */
const NOON = `timestamptz '2026-11-25 12:00:00Z'`

/** Many of everything that is listed, some of it in partitions, as after a few days. */
const FILL: readonly string[] = [
  `insert into users (id) select 'u' || n from generate_series(1, ${ROWS}) n`,
  `insert into messages (day, id, kind, inbox, from_uid, sent_at, expires_at)
   select (at at time zone 'UTC')::date, md5(n::text)::uuid, 'direct-message', 'user/u' || n % 500,
     'u' || n % 7, at, at + interval '1 day'
   from generate_series(1, ${ROWS}) n cross join lateral (select ${NOON} + n * interval '5 seconds' as at) t`,
  `insert into deliveries (day, message_id, address_id, user_id, provider, conversation, state, reason,
     decided_at, due_at, expires_at, wake_at)
   select (at at time zone 'UTC')::date, md5(n::text)::uuid, a, 'u' || n % 500, 'p' || n % 3, 'user/u1',
     case when n % 5 > 0 then 'sent' when n % 2 = 0 then 'failed' else 'withdrawn' end,
     case when n % 10 = 0 then 'Unregistered' else 'read' end, at, at, timestamptz '2999-01-01', at
   from generate_series(1, ${ROWS}) n cross join generate_series(1, 2) a
     cross join lateral (select ${NOON} + n * interval '5 seconds' as at) t`,
  `insert into audit_log (actor, action, target)
   select 'key/' || n % 500, 'user.patch', 'user/u' || n from generate_series(1, ${ROWS}) n`,
  `insert into acl_rules (effect, action, filter)
   select 'allow', 'all', 'open/' || n from generate_series(1, ${ROWS / 10}) n`,
  `insert into stats_minutes (metric, begins_at, provider, label, total, samples)
   select metric, ${NOON} - n * interval '1 minute', 'p', 'sent', 1, 1
   from generate_series(1, ${ROWS / 4}) n cross join unnest(array['messages', 'deliveries', 'waiting']) metric`,
  `insert into stats_hours (metric, begins_at, provider, label, total, samples)
   select metric, ${NOON} - n * interval '1 hour', 'p', 'sent', 1, 1
   from generate_series(1, ${ROWS / 4}) n cross join unnest(array['messages', 'deliveries', 'waiting']) metric`,
]

export async function fill({ pool }: ApiWorld): Promise<void> {
  // A rule's trigger for each row is not what this is about.
  await pool.query('alter table acl_rules disable trigger user')
  for (const sql of FILL) await pool.query(sql)
  await pool.query('vacuum analyze')
}

const DEAD = `20261126-${'f'.repeat(32)}-1`
const MESSAGE = 'c4ca4238a0b923820dcc509a6f75849b'
/** The tenth. */
const FAILED = '20261125-d3d9446802a44259755d38e6d163e820-1'

interface ApiCall {
  readonly target: string
  readonly body?: object
}

/** Every list, with each filter and from its middle, and whatever else is asked often. */
export const CALLS: readonly ApiCall[] = [
  { target: 'GET /v1/users' },
  { target: 'GET /v1/users?after=u5' },
  { target: 'GET /v1/users/u5' },
  { target: 'GET /v1/messages?user=u7' },
  { target: `GET /v1/messages?user=u7&after=1764200000000-${MESSAGE}` },
  { target: 'GET /v1/messages?user=u7&conversation=user/u3' },
  { target: 'GET /v1/messages?conversation=group/g1' },
  { target: `GET /v1/messages/${MESSAGE}` },
  { target: `GET /v1/messages/${MESSAGE}/content` },
  { target: 'GET /v1/deliveries' },
  { target: `GET /v1/deliveries?after=${DEAD}` },
  { target: 'GET /v1/deliveries?user=u5' },
  { target: `GET /v1/deliveries?user=u5&state=failed&provider=p1&reason=no&after=${DEAD}` },
  { target: 'GET /v1/deliveries?state=failed' },
  { target: 'GET /v1/deliveries?provider=p1' },
  { target: 'GET /v1/deliveries?state=withdrawn&provider=p1' },
  { target: 'GET /v1/deliveries?reason=Unregistered' },
  { target: `GET /v1/deliveries?reason=Unregistered&provider=p2&state=failed&after=${DEAD}` },
  { target: 'GET /v1/deliveries?reason=never' },
  { target: 'GET /v1/audit' },
  { target: 'GET /v1/audit?after=500' },
  { target: 'GET /v1/audit?actor=key/5&after=15000' },
  { target: 'GET /v1/audit?target=user/u5' },
  { target: 'GET /v1/audit?actor=key/5&target=user/u5' },
  { target: 'GET /v1/rules?after=500' },
  { target: 'GET /v1/keys' },
  { target: 'GET /v1/stats' },
  {
    target:
      'GET /v1/stats/series?metric=deliveries&step=minute&from=2026-11-25T00:00:00Z&to=2026-11-25T12:00:00Z',
  },
  {
    target:
      'GET /v1/stats/series?metric=deliveries&step=hour&from=2026-11-20T00:00:00Z&to=2026-11-25T12:00:00Z',
  },
  {
    target:
      'GET /v1/stats/series?metric=waiting&step=day&from=2026-11-01T00:00:00Z&to=2026-11-25T12:00:00Z',
  },
  { target: 'GET /v1/providers' },
  {
    target: 'POST /v1/deliveries:redrive',
    body: { provider: 'p1', reason: 'Unregistered', limit: 200 },
  },
  { target: 'POST /v1/deliveries:discard', body: { user: 'u5', state: 'failed' } },
  { target: `POST /v1/deliveries/${FAILED}:redrive`, body: {} },
  { target: 'POST /v1/receipts', body: { receipts: [{ ref: FAILED, kind: 'opened' }] } },
]
