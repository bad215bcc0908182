import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mergePresence, type PresenceEvent } from '../../../src/core/presence/merge-presence.ts'
import { NO_PRESENCE, type PresenceState } from '../../../src/core/presence/presence-state.ts'
import { summarisePresence } from '../../../src/core/presence/presence-summary.ts'
import { recordedHistories } from '../../support/presence-events.ts'
import { sized } from '../../support/size.ts'
import { naivePresence } from './naive-presence.ts'
import { anyEvents, type Broker, histories } from './presence-histories.ts'

const SETTINGS = { seed: 3, numRuns: sized(2000, 50_000) }
const NONE_GONE = new Map<string, number>()
const GENERATIONS = ['emqx5', 'emqx4'] as const
const BROKERS: readonly Broker[] = ['5.8', '5.3', '4.4']

/** One event after the other, forgetting after each. */
function oneByOne(events: readonly PresenceEvent[]): PresenceState {
  return events.reduce((state, event) => mergePresence(state, [event]), NO_PRESENCE)
}

/** The same events in any order, some of them more than once. */
function shuffledWithRepeats(
  events: readonly PresenceEvent[],
): fc.Arbitrary<readonly PresenceEvent[]> {
  return fc.subarray([...events]).chain((repeats) => {
    const all = [...events, ...repeats]
    return fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })
  })
}

describe('presence after any events', () => {
  it.each(GENERATIONS)('does not depend on their order or repetition (%s)', (generation) => {
    const property = anyEvents(generation).chain((events) =>
      fc.tuple(fc.constant(events), shuffledWithRepeats(events)),
    )

    fc.assert(
      fc.property(property, ([events, shuffled]) => {
        expect(oneByOne(shuffled)).toEqual(oneByOne(events))
      }),
      SETTINGS,
    )
  })

  it.each(GENERATIONS)('does not depend on what came together (%s)', (generation) => {
    fc.assert(
      fc.property(anyEvents(generation), fc.nat({ max: 14 }), (events, cut) => {
        const inTwo = mergePresence(
          mergePresence(NO_PRESENCE, events.slice(0, cut)),
          events.slice(cut),
        )

        expect(inTwo).toEqual(oneByOne(events))
      }),
      SETTINGS,
    )
  })

  it.each(GENERATIONS)('is what it would be if nothing were forgotten (%s)', (generation) => {
    fc.assert(
      fc.property(anyEvents(generation), (events) => {
        expect(summarisePresence(oneByOne(events), NONE_GONE)).toMatchObject(
          Object(naivePresence(events)),
        )
      }),
      SETTINGS,
    )
  })
})

describe('presence after what a device does', () => {
  it.each(BROKERS)('is where it stands, however EMQX %s reports it', (broker) => {
    const property = histories(broker).chain((history) =>
      fc.tuple(fc.constant(history), shuffledWithRepeats(history.events)),
    )

    fc.assert(
      fc.property(property, ([{ events, isOnline }, shuffled]) => {
        const state = oneByOne(shuffled)

        expect(summarisePresence(state, NONE_GONE).status).toBe(isOnline ? 'online' : 'offline')
        expect(state).toEqual(oneByOne(events))
      }),
      SETTINGS,
    )
  })

  it.each(BROKERS)('takes little room, however long it goes on (EMQX %s)', (broker) => {
    fc.assert(
      fc.property(fc.array(histories(broker), { minLength: 8, maxLength: 8 }), (lives) => {
        const events = lives.flatMap((life, index) => later(life.events, index))

        const { connections, sessions, ends } = oneByOne(events)

        expect(connections.length).toBeLessThanOrEqual(9)
        expect(sessions.length).toBeLessThanOrEqual(4)
        expect(ends.length).toBeLessThanOrEqual(8)
      }),
      { ...SETTINGS, numRuns: sized(100, 2000) },
    )
  })
})

/** The same a day later, for each day. */
function later(events: readonly PresenceEvent[], days: number): readonly PresenceEvent[] {
  const ms = days * 86_400_000
  return events.map((event) => {
    const connectedAt = event.connectedAt === undefined ? undefined : event.connectedAt + ms
    const peername = event.peername && `${event.peername}${days}`
    if (event.kind === 'disconnected') {
      return { ...event, peername, connectedAt, disconnectedAt: event.disconnectedAt + ms }
    }
    return { ...event, peername, connectedAt: event.connectedAt + ms }
  })
}

describe('presence after what a broker reported', () => {
  const recorded = recordedHistories()

  it('is recorded of many clients', () => {
    expect(recorded.length).toBeGreaterThan(50)
  })

  it.each(recorded.map(({ name, events }) => [name, events] as const))(
    '%s: is the same in every order',
    (_, events) => {
      const inOrder = oneByOne(events)

      for (const permutation of permutationsOf(events.slice(0, 6))) {
        const rest = events.slice(6)
        expect(oneByOne([...permutation, ...rest, ...permutation.slice(0, 1)])).toEqual(inOrder)
      }
    },
  )

  it.each(
    recorded
      .filter(({ name }) => /05_takeover|01_connect|v4_02/.test(name))
      .filter(({ name }) => !/ (p1|c3)$/.test(name))
      .map(({ name, events }) => [name, events] as const),
  )('%s: ends offline, as the client did', (_, events) => {
    expect(summarisePresence(oneByOne(events.toReversed()), NONE_GONE).status).toBe('offline')
  })
})

function permutationsOf<Of>(items: readonly Of[]): readonly (readonly Of[])[] {
  if (items.length < 2) return [items]
  return items.flatMap((item, index) =>
    permutationsOf(items.toSpliced(index, 1)).map((rest) => [item, ...rest]),
  )
}
