import type { ApiWorld } from '../support/api-world.ts'

/** Beyond what the planner would rather read whole. */
const ROWS = 20_000

/** The day before the broker's clock of these tests, and the days after it. */
const NOON = `timestamptz '2026-11-25 12:00:00Z'`

/** Many of everything that is listed, some of it in partitions, as after a few days. */
export const FILL: readonly string[] = [
  `insert into users (id) select 'u' || n from generate_series(1, ${ROWS}) n`,
  `insert into messages (day, id, kind, inbox, from_uid, sent_at, expires_at)
   select (at at time zone 'UTC')::date, md5(n::text)::uuid, 'direct-message', 'user/u' || n % 500,
     'u' || n % 7, at, at + interval '1 day'
   from generate_series(1, ${ROWS}) n cross join lateral (select ${NOON} + n * interval '5 seconds' as at) t`,
  `insert into deliveries (day, message_id, address_id, user_id, provider, conversation, state, reason,
     decided_at, due_at, expires_at, wake_at)
   select m.day, m.id, n, 'u' || n % 500, 'p' || n % 3, 'user/u1',
     case when n % 5 > 0 then 'sent' when n % 2 = 0 then 'failed' else 'withdrawn' end,
     case when n % 10 = 0 then 'Unregistered' else 'read' end,
     m.sent_at, m.sent_at, m.expires_at, m.sent_at
   from messages m cross join generate_series(1, 2) n`,
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

/** Every list, with each filter and from its middle, and whatever else is asked often. */
export const CALLS: readonly string[] = [
  'GET /v1/users',
  'GET /v1/users?after=u5',
  'GET /v1/users/u5',
  'GET /v1/messages?user=u7',
  `GET /v1/messages?user=u7&after=1764200000000-${MESSAGE}`,
  'GET /v1/messages?user=u7&conversation=user/u3',
  'GET /v1/messages?conversation=group/g1',
  `GET /v1/messages/${MESSAGE}`,
  `GET /v1/messages/${MESSAGE}/content`,
  'GET /v1/deliveries',
  `GET /v1/deliveries?after=${DEAD}`,
  'GET /v1/deliveries?user=u5',
  `GET /v1/deliveries?user=u5&state=failed&provider=p1&reason=no&after=${DEAD}`,
  'GET /v1/deliveries?state=failed',
  'GET /v1/deliveries?provider=p1',
  'GET /v1/deliveries?state=withdrawn&provider=p1',
  'GET /v1/deliveries?reason=Unregistered',
  `GET /v1/deliveries?reason=Unregistered&provider=p2&state=failed&after=${DEAD}`,
  'GET /v1/deliveries?reason=never',
  'GET /v1/audit',
  'GET /v1/audit?after=500',
  'GET /v1/audit?actor=key/5&after=15000',
  'GET /v1/audit?target=user/u5',
  'GET /v1/audit?actor=key/5&target=user/u5',
  'GET /v1/rules?after=500',
  'GET /v1/keys',
  'GET /v1/stats',
  'GET /v1/stats/series?metric=deliveries&step=minute&from=2026-11-25T00:00:00Z&to=2026-11-25T12:00:00Z',
  'GET /v1/stats/series?metric=deliveries&step=hour&from=2026-11-20T00:00:00Z&to=2026-11-25T12:00:00Z',
  'GET /v1/stats/series?metric=waiting&step=day&from=2026-11-01T00:00:00Z&to=2026-11-25T12:00:00Z',
  'GET /v1/providers',
]
