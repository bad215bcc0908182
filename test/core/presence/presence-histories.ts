import fc from 'fast-check'
import { CLOCKS_APART_MAX_MS } from '../../../src/core/presence/forget.ts'
import type { PresenceEvent } from '../../../src/core/presence/merge-presence.ts'
import { aConnected, aDisconnected } from '../../support/presence-events.ts'

/** Any events at all, of few nodes, peernames and times, so that they meet. */
export function anyEvents(generation: 'emqx4' | 'emqx5'): fc.Arbitrary<readonly PresenceEvent[]> {
  const time = fc.oneof(
    fc.integer({ min: 1, max: 12 }),
    fc.integer({ min: 1, max: 4 }).map((n) => n * CLOCKS_APART_MAX_MS + n),
  )
  const where = {
    generation: fc.constant(generation),
    node: fc.constantFrom('n1', 'n2'),
    peername: generation === 'emqx4' ? fc.constant('') : fc.constantFrom('p1', 'p2', 'p3'),
  }
  const connected = fc.record({
    ...where,
    connectedAt: time,
    cleanStart: fc.constantFrom(true, false, false, false, undefined),
    expirySeconds: fc.constantFrom(0, 1, 3600, undefined),
  })
  const disconnected = fc.record({
    ...where,
    connectedAt: fc.oneof(time, fc.constant(undefined)),
    disconnectedAt: time,
    reason: fc.constantFrom('normal', 'tcp_closed', 'takenover', 'discarded'),
  })
  return fc.array(fc.oneof(connected.map(aConnected), disconnected.map(aDisconnected)), {
    maxLength: 14,
  })
}

/** What a device did, and where it stands in the end. */
export interface History {
  readonly events: readonly PresenceEvent[]
  readonly isOnline: boolean
}

export type Broker = '5.8' | '5.3' | '4.4'

const REASONS = ['normal', 'tcp_closed', 'keepalive_timeout', 'kicked'] as const

/** What a broker of that version reports while a device comes and goes, in the order of what happened. */
export function histories(broker: Broker): fc.Arbitrary<History> {
  const step = fc.record({
    node: fc.constantFrom('n1', 'n2', 'n3'),
    afterMs: fc.constantFrom(1, 50, 5000, CLOCKS_APART_MAX_MS * 2),
    stay: fc.constantFrom('until-taken-over', ...REASONS),
    cleanStart: fc.boolean(),
  })
  return fc.array(step, { minLength: 1, maxLength: 7 }).map((steps) => historyOf(broker, steps))
}

interface Step {
  readonly node: string
  readonly afterMs: number
  readonly stay: 'until-taken-over' | (typeof REASONS)[number]
  readonly cleanStart: boolean
}

function historyOf(broker: Broker, steps: readonly Step[]): History {
  const generation = broker === '4.4' ? 'emqx4' : 'emqx5'
  const events: PresenceEvent[] = []
  let now = 1_000_000
  let last: { readonly event: PresenceEvent & { kind: 'connected' }; isOpen: boolean } | undefined
  for (const [index, { node, afterMs, stay, cleanStart }] of steps.entries()) {
    now += afterMs
    const peername = broker === '4.4' ? '' : `10.0.0.1:${index}`
    const event = aConnected({ generation, node, peername, connectedAt: now, cleanStart })
    // 5.3 reports the end of an offline session's connection once more when it is taken over.
    if (last !== undefined && (broker === '5.3' || (broker === '5.8' && last.isOpen))) {
      const reason = cleanStart ? 'discarded' : 'takenover'
      events.push(endOf(broker, last.event, now, reason))
    }
    events.push(event)
    last = { event, isOpen: stay === 'until-taken-over' }
    if (stay === 'until-taken-over') continue
    now += afterMs
    events.push(endOf(broker, event, now, stay))
  }
  return { events, isOnline: last?.isOpen === true }
}

function endOf(
  broker: Broker,
  { generation, node, peername, connectedAt }: PresenceEvent,
  disconnectedAt: number,
  reason: string,
): PresenceEvent {
  return aDisconnected({
    generation,
    node,
    peername,
    connectedAt: broker === '5.3' ? undefined : connectedAt,
    disconnectedAt,
    reason,
  })
}
