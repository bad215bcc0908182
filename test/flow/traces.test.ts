import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type DeliveryLedger, openDeliveryLedger } from '../support/delivery-ledger.ts'
import { startHerald } from '../support/herald.ts'
import { type OtlpReceiver, openOtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts'
import { TOWN_SQL, townMessages } from '../support/reach-town.ts'

let database: TestDatabase
let ledger: DeliveryLedger
let collector: OtlpReceiver

beforeAll(async () => {
  database = await createTestDatabase()
  await database.pool.query(TOWN_SQL)
  ledger = openDeliveryLedger(database.address)
  collector = await openOtlpReceiver()
})

afterAll(async () => {
  await collector.close()
  await ledger.close()
  await database.drop()
})

const ROLES_APART = ['hooks', 'worker,sweeper']

/** Publishes in one Herald and sends in another; both have told the collector everything when it returns. */
async function publishAndSend(events: readonly string[], env: Record<string, string>) {
  const heralds = await Promise.all(
    ROLES_APART.map((roles) =>
      startHerald(database.address, { HERALD_ROLES: roles, HERALD_COALESCE_WINDOW: '0s', ...env }),
    ),
  )
  for (const body of events) {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${heralds[0]?.url}/emqx/5/events`, {
      method: 'POST',
      headers,
      body,
    })
    expect(answer.status).toBe(204)
  }
  await ledger.settled()
  await Promise.all(heralds.map((herald) => herald.close()))
}

const named = (name: string): readonly ReceivedSpan[] =>
  collector.spans.filter((span) => span.name === name)

describe('a message', () => {
  it('is one trace from the publish to each call of a provider, across two processes', async () => {
    const [message] = townMessages(1, 20).filter(({ tokens }) => tokens.length > 1)
    if (message === undefined) throw new Error('no message reaches anybody')

    await publishAndSend([message.event], { HERALD_OTLP_ENDPOINT: collector.endpoint })

    const [publish, ...otherPublishes] = named('publish')
    const [decide, ...otherDecisions] = named('decide')
    expect([otherPublishes, otherDecisions]).toEqual([[], []])
    expect(new Set(collector.spans.map(({ traceId }) => traceId))).toEqual(
      new Set([message.id.replaceAll('-', '')]),
    )
    expect(publish?.parentSpanId).toBeUndefined()
    expect(decide?.parentSpanId).toBe(publish?.spanId)
    const delivers = named('deliver')
    expect(delivers).toHaveLength(message.tokens.length)
    expect(new Set(delivers.map(({ parentSpanId }) => parentSpanId))).toEqual(
      new Set([decide?.spanId]),
    )
    expect(
      named('call')
        .map(({ parentSpanId }) => parentSpanId)
        .toSorted(),
    ).toEqual(delivers.map(({ spanId }) => spanId).toSorted())
    for (const { attributes } of delivers) {
      expect(attributes).toEqual({
        'herald.provider': 'stub',
        'herald.attempt': 1,
        'herald.outcome': 'sent',
      })
    }
    const rolesOf = (spans: readonly ReceivedSpan[]) => JSON.stringify(spans[0]?.roles)
    expect(rolesOf(named('decide'))).toContain('hooks')
    expect(rolesOf(named('call'))).toContain('worker')
    expect(JSON.stringify(collector.spans)).not.toMatch(/user\d|phone\d|tablet\d/)
  })

  it('is not traced where no collector is named', async () => {
    const spans = collector.spans.length

    await publishAndSend(
      townMessages(2, 3).map(({ event }) => event),
      {},
    )

    expect(collector.spans).toHaveLength(spans)
  })
})
