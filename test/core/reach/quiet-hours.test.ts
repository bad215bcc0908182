import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { quietUntil } from '../../../src/core/reach/quiet-hours.ts'
import type { QuietHours } from '../../../src/core/reach/reach-facts.ts'
import { createTestDatabase, type TestDatabase } from '../../support/database.ts'
import { sized } from '../../support/size.ts'

const NIGHTS: QuietHours = {
  days: 0b1111111,
  from: '22:00',
  to: '07:00',
  zone: 'Europe/Berlin',
  action: 'defer',
}

describe('quiet hours', () => {
  it.each([
    ['before they begin', {}, '2026-11-25T20:59:59Z', undefined],
    ['when they begin', {}, '2026-11-25T21:00:00Z', '2026-11-26T06:00:00Z'],
    ['after midnight', {}, '2026-11-26T03:00:00Z', '2026-11-26T06:00:00Z'],
    ['when they end', {}, '2026-11-26T06:00:00Z', undefined],
    [
      'within a day',
      { from: '12:00', to: '13:00' },
      '2026-11-25T11:30:00Z',
      '2026-11-25T12:00:00Z',
    ],
    ['on the day they begin', { days: 0b0000100 }, '2026-11-25T22:00:00Z', '2026-11-26T06:00:00Z'],
    [
      'the morning after that day',
      { days: 0b0000100 },
      '2026-11-26T05:00:00Z',
      '2026-11-26T06:00:00Z',
    ],
    ['the evening after that day', { days: 0b0000100 }, '2026-11-26T22:00:00Z', undefined],
    [
      'over a weekend that is quiet as a whole',
      { days: 0b1100000, from: '00:00', to: '00:00' },
      '2026-11-28T10:00:00Z',
      '2026-11-29T23:00:00Z',
    ],
    [
      'where they never end, as far as anybody looks',
      { from: '09:00', to: '09:00', zone: 'UTC' },
      '2026-11-25T10:00:00Z',
      '2026-12-03T09:00:00Z',
    ],
    ['in the night the clocks go forward', {}, '2026-03-28T23:30:00Z', '2026-03-29T05:00:00Z'],
    ['in the night the clocks go back', {}, '2026-10-24T23:30:00Z', '2026-10-25T06:00:00Z'],
    [
      'until a time that the clocks skip',
      { to: '02:30' },
      '2026-03-29T00:59:00Z',
      '2026-03-29T01:30:00Z',
    ],
    [
      'until a time that comes twice: the second',
      { to: '02:30' },
      '2026-10-25T00:45:00Z',
      '2026-10-25T01:30:00Z',
    ],
    ['in a zone that is none', { zone: 'Mars/Olympus' }, '2026-11-26T03:00:00Z', undefined],
  ] as const)('are known %s', (_, differences, at, end) => {
    const until = quietUntil({ ...NIGHTS, ...differences }, Date.parse(at))

    expect(until === undefined ? undefined : new Date(until).toISOString()).toBe(
      end === undefined ? undefined : new Date(end).toISOString(),
    )
  })
})

describe('quiet_until', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  it('reads local times as the core does', async () => {
    const questions = fc.sample(
      fc.record({
        days: fc.integer({ min: 1, max: 127 }),
        from: localTime(),
        to: localTime(),
        zone: fc.constantFrom(...ZONES),
        atMs: fc.oneof(
          fc.integer({ min: Date.parse('2025-01-01Z'), max: Date.parse('2028-01-01Z') }),
          // Around the nights on which clocks change.
          fc
            .record({
              night: fc.constantFrom(...CHANGES),
              minutes: fc.integer({ min: -4_000, max: 4_000 }),
            })
            .map(({ night, minutes }) => Date.parse(night) + minutes * 60_000),
        ),
      }),
      { numRuns: sized(3_000, 100_000), seed: 3 },
    )

    const { rows } = await database.pool.query<{ until: number | null }>(
      `select round(extract(epoch from quiet_until(q.days, q."from", q."to", q.zone,
         to_timestamp(q.at / 1000.0))) * 1000)::float8 as until
       from json_to_recordset($1) as q (n integer, days smallint, "from" time, "to" time, zone text, at float8)
       order by n`,
      [JSON.stringify(questions.map(({ atMs, ...question }, n) => ({ ...question, n, at: atMs })))],
    )

    const differing = questions.filter((question, index) => {
      const until = quietUntil({ ...question, action: 'defer' }, question.atMs)
      return until !== (rows[index]?.until ?? undefined)
    })
    expect(differing).toEqual([])
  })
})

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'Europe/Dublin',
  'America/New_York',
  'America/St_Johns',
  'Asia/Shanghai',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Nowhere/At_All',
]

const CHANGES = [
  '2026-03-29T01:00Z',
  '2026-10-25T01:00Z',
  '2026-03-08T07:00Z',
  '2026-11-01T06:00Z',
  '2026-04-04T15:00Z',
  '2026-10-03T15:30Z',
]

function localTime(): fc.Arbitrary<string> {
  return fc
    .oneof(fc.integer({ min: 0, max: 1_439 }), fc.constantFrom(0, 120, 150, 180))
    .map((minutes) =>
      [Math.floor(minutes / 60), minutes % 60].map((n) => String(n).padStart(2, '0')).join(':'),
    )
}
