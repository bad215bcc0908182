import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { BrokerEvent } from '../../../src/core/events/broker-event.ts'
import {
  createEventIntake,
  type EventUnit,
  type IncomingEvent,
} from '../../../src/core/events/event-intake.ts'
import { EVENT_LIMITS } from '../../../src/core/events/group-commit.ts'
import { PoisonedBatch, type RejectedEvent } from '../../../src/core/ports/event-ports.ts'
import { sized } from '../../support/size.ts'

describe('the intake of events', () => {
  it('stores what arrives together in one transaction, in order', async () => {
    const world = openWorld()

    await Promise.all([world.take('a', 'b'), world.take('c')])

    expect(world.transactions).toEqual([['a', 'b', 'c']])
    expect(world.counted).toEqual(['emqx5 acked stored 3'])
    expect(world.batches).toEqual([3])
  })

  it('keeps poisonous events out, and only those, wherever they are', async () => {
    const property = fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 40 }), async (flags) => {
      const all = flags.map((isPoisonous, index) => `${isPoisonous ? 'bad' : 'good'}${index}`)
      const world = openWorld((name) => name.startsWith('bad'))

      await world.take(...all)

      const kept = world.rejected.map(({ bytes }) => Buffer.from(bytes).toString())
      expect(world.stored).toEqual(all.filter((name) => name.startsWith('good')))
      expect(kept).toEqual(all.filter((name) => name.startsWith('bad')))
    })

    await fc.assert(property, { seed: 7, numRuns: sized(200, 5_000) })
  })

  it('says of a poisonous event why it could not be stored, and keeps what came', async () => {
    const world = openWorld((name) => name.startsWith('bad'))
    const source = { event: 'x', payload: 'ü'.repeat(10_000) }

    await world.take('good', 'bad')
    await world.takeUnit({ incoming: [{ ...acked('bad2'), source }], rejected: [], bytes: 1 })

    const [first, second] = world.rejected
    expect(first).toEqual({
      dialect: 'emqx5',
      reason: 'could not be stored: invalid byte sequence',
      bytes: Buffer.from('bad'),
    })
    expect(second?.bytes).toEqual(Buffer.from(JSON.stringify(source)).subarray(0, 4096))
    expect(world.counted).toEqual(['emqx5 acked stored 1', 'emqx5 acked rejected 2'])
  })

  it('keeps what could not be understood beside what could', async () => {
    const world = openWorld()
    const rejected = [{ dialect: 'emqx5', reason: 'why', bytes: Buffer.from('what') }]

    await world.takeUnit({ incoming: [acked('a')], rejected, bytes: 1 })
    await world.takeUnit({ incoming: [], rejected, bytes: 1 })

    expect(world.stored).toEqual(['a'])
    expect(world.rejected).toEqual([...rejected, ...rejected])
    expect(world.batches).toEqual([1])
  })

  it('fails where Postgres is away, and counts nothing', async () => {
    const world = openWorld(() => false, new Error('away'))

    await expect(world.take('a')).rejects.toThrow('away')
    expect(world.counted).toEqual([])
    expect(world.batches).toEqual([])
  })
})

function openWorld(isPoison: (name: string) => boolean = () => false, fault?: Error) {
  const transactions: string[][] = []
  const rejected: RejectedEvent[] = []
  const batches: number[] = []
  const counts = new Map<string, number>()
  const intake = createEventIntake({
    store: {
      async store(events) {
        if (fault !== undefined) throw fault
        const names = events.map((event) => event.clientId)
        if (names.some(isPoison)) throw new PoisonedBatch(new Error('invalid byte sequence'))
        transactions.push(names)
      },
      async reject(events) {
        rejected.push(...events)
      },
    },
    meter: {
      counted(dialect, event, result, count = 1) {
        const key = `${dialect} ${event} ${result}`
        counts.set(key, (counts.get(key) ?? 0) + count)
      },
      batchStored: (events) => void batches.push(events),
    },
    limits: EVENT_LIMITS,
  })
  return {
    transactions,
    rejected,
    batches,
    get stored() {
      return transactions.flat()
    },
    get counted() {
      return [...counts].map(([key, count]) => `${key} ${count}`)
    },
    take: (...names: readonly string[]) =>
      intake.take({ incoming: names.map(acked), rejected: [], bytes: names.length }),
    takeUnit: (unit: EventUnit) => intake.take(unit),
  }
}

function acked(clientId: string): IncomingEvent {
  const event: BrokerEvent = {
    kind: 'acked',
    generation: 'emqx5',
    id: undefined,
    clientId,
    username: 'u',
    topic: 'user/u/inbox/v',
  }
  return { event, source: clientId }
}
