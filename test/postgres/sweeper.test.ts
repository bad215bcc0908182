import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { PostgresLog } from '../../src/postgres/postgres-log.ts'
import { createSweeper } from '../../src/postgres/sweeper.ts'
import { DAY } from '../support/delivery-rows.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

const DAY_MS = 86_400_000
const RETENTION_MS = 7 * DAY_MS
const QUIET: PostgresLog = { info() {}, warn() {} }

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})

beforeEach(() => world.clear())
afterAll(() => world.close())

const sweeper = (log: PostgresLog = QUIET) =>
  createSweeper(world.pool, { retentionMs: RETENTION_MS, log })

const contents = () => world.sql('select content from messages where content is not null')

describe('the content of a message', () => {
  it('is kept while a delivery waits, and cleared when all are done', async () => {
    await world.add()

    expect(await sweeper().clearContents(NOON + 120_000)).toBe(0)
    await world.worker().drain('stub')
    expect(await sweeper().clearContents(NOON + 120_000)).toBe(1)

    expect(await contents()).toEqual([])
  })

  it('is kept for a minute in any case', async () => {
    await world.add({ sentAt: NOON })
    await world.worker().drain('stub')

    expect(await sweeper().clearContents(NOON + 59_999)).toBe(0)
    expect(await sweeper().clearContents(NOON + 60_000)).toBe(1)
  })

  it('is kept while what it folded into waits', async () => {
    const delivery = await world.add()
    await world.fold(delivery)

    expect(await sweeper().clearContents(NOON + 120_000)).toBe(0)
    await world.worker().drain('stub')
    expect(await sweeper().clearContents(NOON + 120_000)).toBe(2)
  })

  it('is kept while an acknowledgement is awaited', async () => {
    const { messageId } = await world.add({ sentAt: NOON })
    await world.worker().drain('stub')
    await world.sql(
      `insert into awaited_acks values ('bob', $1, $2, $3, false)`,
      messageId,
      DAY,
      new Date(NOON),
    )

    expect(await sweeper().clearContents(NOON + 120_000)).toBe(0)
    await world.sql('delete from awaited_acks')
    expect(await sweeper().clearContents(NOON + 120_000)).toBe(1)
  })

  it('is never kept for longer than the retention', async () => {
    await world.add({ sentAt: NOON, expiresAt: NOON + 30 * DAY_MS })

    expect(await sweeper().clearContents(NOON + 7 * DAY_MS)).toBe(1)
  })

  it('is found among many that wait', async () => {
    await world.add()
    await world.sql(
      `insert into messages (day, id, kind, inbox, from_uid, sent_at, expires_at, content)
       select $1, gen_random_uuid(), 'direct-message', 'user/bob', 'ann',
         $2::timestamptz + n * interval '1 ms', $2::timestamptz + interval '1 day', '{}'
       from generate_series(1, 4500) n`,
      DAY,
      new Date(NOON),
    )

    expect(await sweeper().clearContents(NOON + 120_000)).toBe(4500)
    expect(await contents()).toHaveLength(1)
  })
})

describe('a sweep', () => {
  it('prunes acknowledgements that nobody would decide about any more', async () => {
    const { messageId } = await world.add({ sentAt: NOON, expiresAt: NOON + DAY_MS })
    await world.sql(
      `insert into awaited_acks values ('bob', $1, $2, $3, false)`,
      messageId,
      DAY,
      new Date(NOON),
    )

    await sweeper().sweep(NOON + DAY_MS - 1)
    expect(await world.sql('select 1 from awaited_acks')).toHaveLength(1)

    await sweeper().sweep(NOON + DAY_MS)
    expect(await world.sql('select 1 from awaited_acks')).toEqual([])
  })

  it('prunes rejected events after a day', async () => {
    await world.sql(
      `insert into rejected_events (received_at, dialect, reason, excerpt) values ($1, 'emqx5', 'x', '')`,
      new Date(NOON),
    )

    await sweeper().sweep(NOON + DAY_MS - 1)
    expect(await world.sql('select 1 from rejected_events')).toHaveLength(1)

    await sweeper().sweep(NOON + DAY_MS)
    expect(await world.sql('select 1 from rejected_events')).toEqual([])
  })

  it('keeps what an address shows until the retention ends, so that a read can clear it', async () => {
    await world.add()
    await world.worker().drain('stub')

    await sweeper().sweep(NOON + RETENTION_MS - 1)
    expect(await world.sql('select 1 from conversation_slots')).toHaveLength(1)

    await sweeper().sweep(NOON + RETENTION_MS + 1)
    expect(await world.sql('select 1 from conversation_slots')).toEqual([])
  })

  it('forgets days far ahead by our own clock', async () => {
    await world.add()
    await world.sql(`update messages set day = '2031-01-01', sent_at = '2031-01-01'`)
    await world.sql(`update deliveries set day = '2031-01-01'`)

    await sweeper().sweep(NOON)
    expect(await contents()).toHaveLength(1)

    await world.sql(`update deliveries set state = 'sent'`)
    await sweeper().sweep(NOON)
    expect(await contents()).toEqual([])
    expect(await world.sql('select 1 from messages')).toHaveLength(1)

    await sweeper().sweep(NOON + 7 * DAY_MS)
    expect(await world.sql('select 1 from messages union all select 1 from deliveries')).toEqual([])
  })
})

describe('partitions', () => {
  const partitions = async () => {
    const rows = await world.sql(
      `select relname as name from pg_class where relname ~ '^(messages|deliveries)_2' and relkind = 'r'
       order by 1`,
    )
    return rows.map(({ name }) => name)
  }

  it('are made ahead, take what the default one holds of their day, and go with their time', async () => {
    const delivery = await world.add()

    await sweeper().makePartitions(NOON)
    await Promise.all([sweeper().makePartitions(NOON), sweeper().makePartitions(NOON + DAY_MS)])

    const made = await partitions()
    expect(made).toHaveLength(2 * 10)
    expect(made.at(0)).toBe('deliveries_20261124')
    expect(made.at(-1)).toBe('messages_20261203')
    expect(await world.sql('select 1 from deliveries_20261125')).toHaveLength(1)
    expect(await world.sql('select 1 from deliveries_default')).toEqual([])
    expect((await world.row(delivery)).state).toBe('queued')

    await sweeper().sweep(NOON + 10 * DAY_MS)

    expect((await partitions()).at(0)).toBe('deliveries_20261126')
    expect(await world.sql('select 1 from deliveries')).toEqual([])
  })

  it('that can not be made now are told of and made at the next time', async () => {
    const warnings: object[] = []
    const log: PostgresLog = { info() {}, warn: (fields) => void warnings.push(fields) }
    await world.sql('create table attempts_20270108 ()')

    await sweeper(log).makePartitions(Date.UTC(2027, 0, 1))
    expect(warnings).toMatchObject([{ partition: 'attempts of 2027-01-08' }])
    expect(
      await world.sql(`select 1 from pg_class where relname = 'attempts_20270107'`),
    ).toHaveLength(1)

    await world.sql('drop table attempts_20270108')
    await sweeper(log).makePartitions(Date.UTC(2027, 0, 1))
    expect(warnings).toHaveLength(1)
  })
})

describe('addresses of which nothing is heard', () => {
  const AGE = 270 * DAY_MS
  const used = () => world.sql('select token, used_on::text as day from addresses order by token')
  const OLD = '2026-02-28'

  beforeEach(async () => {
    await world.add({ token: 'old' })
    await world.add({ token: 'young', uid: 'carl' })
    await world.sql(
      `update addresses set used_on = case token when 'old' then $1::date
      else date '2026-03-01' end`,
      OLD,
    )
  })

  it('are removed in the end', async () => {
    const logged: object[] = []
    const log = { ...QUIET, info: (fields: object) => void logged.push(fields) }

    expect(await sweeper(log).retireAddresses(Date.parse('2026-11-26T00:00Z'), AGE)).toBe(1)
    expect(await sweeper(log).retireAddresses(Date.parse('2026-11-26T00:00Z'), AGE)).toBe(0)

    expect(await used()).toEqual([{ token: 'young', day: '2026-03-01' }])
    expect(logged).toEqual([{ addresses: 1, before: '2026-03-01' }])
  })

  it('are more than fit into one statement', async () => {
    await world.sql(
      `insert into addresses (user_id, channel, provider, token, used_on)
       select 'bob', 'sms', 'stub', 'n' || n, $1 from generate_series(1, 4500) n`,
      OLD,
    )

    expect(await sweeper().retireAddresses(Date.parse('2026-11-26T00:00Z'), AGE)).toBe(4_501)
  })

  it('are used where a notification is accepted, which is written once a day', async () => {
    const { drain } = world.worker()
    await drain('stub')
    const first = await used()
    const version = () => world.sql('select xmin::text from addresses order by token')
    const before = await version()
    await world.sql(`update deliveries set state = 'queued', attempt = 0, wake_at = due_at`)
    await drain('stub')

    expect(first.map(({ day }) => day)).toEqual([DAY, DAY])
    expect(world.calls).toHaveLength(4)
    expect(await version()).toEqual(before)
  })

  it('are not used where one is refused', async () => {
    await world.worker({ answer: async () => ({ kind: 'rejected', reason: 'no' }) }).drain('stub')

    expect((await used())[0]).toEqual({ token: 'old', day: OLD })
  })
})

describe('counts of what was sent', () => {
  it('are forgotten once their day is long over', async () => {
    await world.sql(
      `insert into send_counts values ($1, 'stub', 'provider', '', 1, 1), ($2, 'stub', 'provider', '', 1, 1)`,
      new Date(NOON - 2 * DAY_MS),
      new Date(NOON - 2 * DAY_MS + 1),
    )

    await sweeper().sweep(NOON)

    expect(await world.sql('select from send_counts')).toHaveLength(1)
  })
})

describe('answers that are kept for a repeat', () => {
  it('go after a day, and the audit log stays', async () => {
    const old = new Date(NOON - DAY_MS)
    await world.sql(`insert into idempotency_keys values ('key/a', 'old', '', '', $1)`, old)
    await world.sql(
      `insert into idempotency_keys values ('key/a', 'new', '', '', $1)`,
      new Date(NOON - DAY_MS + 1),
    )
    await world.sql(
      `insert into audit_log (at, actor, action, target) values ($1, 'key/a', 'x', 'sweeper/kept')`,
      new Date(NOON - 1000 * DAY_MS),
    )

    await sweeper().sweep(NOON)

    expect(await world.sql('select key from idempotency_keys')).toEqual([{ key: 'new' }])
    expect(await world.sql(`select from audit_log where target = 'sweeper/kept'`)).toHaveLength(1)
  })
})
