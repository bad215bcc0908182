import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TracedDelivery } from '../../src/core/ports/tracing.ts'
import { type OtlpTracing, openOtlpTracing } from '../../src/telemetry/otlp-tracing.ts'
import { type OtlpReceiver, openOtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts'

const NOON = Date.parse('2026-11-25T12:00:00Z')

let collector: OtlpReceiver
beforeAll(async () => {
  collector = await openOtlpReceiver()
})
afterAll(() => collector.close())

const quiet = { warn() {}, error() {} }

function tracingTo(endpoint: string, oneIn = 1): OtlpTracing {
  return openOtlpTracing({ endpoint, oneIn, roles: ['worker'], log: quiet })
}

function messageId(n: number): string {
  return n.toString(16).padStart(32, '0').toUpperCase()
}

function aDelivery(delivery: Partial<TracedDelivery> = {}): TracedDelivery {
  return {
    messageId: messageId(1),
    provider: 'apns',
    attempt: 1,
    claimedAt: NOON,
    endedAt: NOON + 30,
    outcome: 'sent',
    reason: undefined,
    call: { startedAt: NOON + 10, endedAt: NOON + 30, outcome: 'accepted', deliveries: 1 },
    ...delivery,
  }
}

/** The spans that arrive of what `tell` says. */
async function spansOf(
  tell: (tracing: OtlpTracing) => void,
  oneIn?: number,
): Promise<readonly ReceivedSpan[]> {
  const before = collector.spans.length
  const tracing = tracingTo(collector.endpoint, oneIn)
  tell(tracing)
  await tracing.close()
  return collector.spans.slice(before)
}

describe('traces', () => {
  it('keep the times they are told, also of what was before this process', async () => {
    const decided = { startedAt: NOON + 5, endedAt: NOON + 9 }
    const message = { id: messageId(7), kind: 'direct-message', sentAt: NOON } as const

    const spans = await spansOf(({ decided: tell }) => tell({ messages: [message], ...decided }))

    expect(spans.map(({ name, startMs, endMs }) => [name, startMs, endMs])).toEqual([
      ['publish', NOON, NOON + 9],
      ['decide', NOON + 5, NOON + 9],
    ])
  })

  it('never begin after they end, whatever the clock of the broker says', async () => {
    const decided = { startedAt: NOON, endedAt: NOON + 4 }
    const message = { id: messageId(8), kind: 'direct-message', sentAt: NOON + 60_000 } as const

    const [publish] = await spansOf(({ decided: tell }) =>
      tell({ messages: [message], ...decided }),
    )

    expect(publish).toMatchObject({ name: 'publish', startMs: NOON, endMs: NOON + 4 })
  })

  it('show a call that failed, and why, and that the delivery is tried again', async () => {
    const call = {
      startedAt: NOON,
      endedAt: NOON + 9,
      outcome: 'unavailable',
      deliveries: 1,
    } as const

    const spans = await spansOf((tracing) =>
      tracing.delivered(aDelivery({ outcome: 'retried', reason: '503', call })),
    )

    expect(spans.map(({ name, isError }) => [name, isError])).toEqual([
      ['call', true],
      ['deliver', false],
    ])
    expect(spans[1]?.attributes).toMatchObject({
      'herald.outcome': 'retried',
      'herald.reason': '503',
    })
  })

  it('show a delivery that was withdrawn without a call', async () => {
    const [deliver, ...others] = await spansOf((tracing) =>
      tracing.delivered(aDelivery({ outcome: 'withdrawn', reason: 'read', call: undefined })),
    )

    expect(others).toEqual([])
    expect(deliver?.attributes).toMatchObject({ 'herald.outcome': 'withdrawn' })
  })

  it('are of one message in so many, the same ones in every process', async () => {
    const ids = Array.from({ length: 400 }, (_, n) => messageId(n + 1))
    const chosen = async () => {
      const spans = await spansOf((tracing) => {
        for (const id of ids) tracing.delivered(aDelivery({ messageId: id, call: undefined }))
      }, 4)
      return spans.map(({ traceId }) => traceId).toSorted()
    }

    const once = await chosen()

    expect(once.length).toBeGreaterThan(60)
    expect(once.length).toBeLessThan(140)
    expect(await chosen()).toEqual(once)
  })

  it('that a collector refuses are warned of', async () => {
    const warned: string[] = []
    const log = { ...quiet, warn: (_: object, message: string) => void warned.push(message) }
    const endpoint = `${collector.endpoint}/elsewhere`
    const tracing = openOtlpTracing({ endpoint, oneIn: 1, roles: [], log })

    tracing.delivered(aDelivery())
    await tracing.close()

    expect(warned).toEqual(['traces could not be exported'])
  })

  it('hold up no stop while their collector is away', async () => {
    const away = await openOtlpReceiver()
    await away.close()
    const tracing = tracingTo(away.endpoint)
    const startedAt = performance.now()

    tracing.delivered(aDelivery())
    await tracing.close()

    expect(performance.now() - startedAt).toBeLessThan(3_000)
  })
})
