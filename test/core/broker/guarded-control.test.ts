import { describe, expect, it } from 'vitest'
import { BROKER_CIRCUIT, guardBrokerControl } from '../../../src/core/broker/guarded-control.ts'
import type { BrokerAnswer, BrokerControl } from '../../../src/core/ports/broker-control.ts'

const never = new AbortController().signal
const AWAY = { kind: 'unavailable', reason: 'ECONNREFUSED' } as const
const DONE = { kind: 'done', value: undefined } as const

type Unanswered = BrokerAnswer<never>

interface State {
  now: number
  answer: Unanswered | typeof DONE
  calls: number
}

/** A guarded broker that answers every call with what the test says. */
function guarded() {
  const state: State = { now: 1_000_000, answer: AWAY, calls: 0 }
  const changes: (string | undefined)[] = []
  const answer = async (): Promise<Unanswered> => {
    state.calls++
    return state.answer.kind === 'done' ? { kind: 'absent' } : state.answer
  }
  const done = async (): Promise<BrokerAnswer<undefined>> => {
    state.calls++
    return state.answer
  }
  const broker: BrokerControl = {
    capabilities: answer,
    readClient: answer,
    listClients: answer,
    subscriptionsOf: answer,
    subscribe: done,
    unsubscribe: done,
    endSession: done,
    clearTopicCache: done,
    clearTopicCaches: done,
    publish: done,
    close: async () => {},
  }
  const control = guardBrokerControl(broker, {
    policy: BROKER_CIRCUIT,
    now: () => state.now,
    onChange: (reason) => changes.push(reason),
  })
  const call = () => control.clearTopicCaches(never)
  return { state, changes, control, call }
}

async function open() {
  const world = guarded()
  for (let index = 0; index < BROKER_CIRCUIT.failuresMin; index++) await world.call()
  return world
}

describe('a broker that does not answer', () => {
  it('is not called any more, by whatever call, and says when to come back', async () => {
    const { state, changes, control } = await open()
    const calls = state.calls
    const message = { topic: 'a', payload: Buffer.alloc(0), qos: 0 } as const

    const answers = await Promise.all([
      control.capabilities(never),
      control.readClient('phone', never),
      control.listClients(undefined, never),
      control.subscriptionsOf('phone', never),
      control.subscribe('phone', ['a'], never),
      control.unsubscribe('phone', ['a'], never),
      control.endSession('phone', never),
      control.clearTopicCache('phone', never),
      control.clearTopicCaches(never),
      control.publish(message, never),
    ])

    expect(state.calls).toBe(calls)
    expect(changes).toEqual([expect.stringContaining('ECONNREFUSED')])
    for (const answer of answers) {
      expect(answer).toMatchObject({ kind: 'unavailable', retryAfterMs: 1_000 })
    }
  })

  it('is tried by one call alone, and called again when that is answered', async () => {
    const { state, changes, call } = await open()
    state.now += BROKER_CIRCUIT.probeFirstMs
    state.answer = DONE

    const [tried, waiting] = await Promise.all([call(), call()])

    expect(tried).toEqual(DONE)
    expect(waiting.kind).toBe('unavailable')
    expect(await call()).toEqual(DONE)
    expect(changes.at(-1)).toBeUndefined()
  })

  it('is left alone once, however many calls were under way', async () => {
    const { changes, call } = guarded()

    await Promise.all(Array.from({ length: 20 }, call))

    expect(changes).toHaveLength(1)
  })

  it('is forgiven what it did when it is back', async () => {
    const { state, call } = await open()
    state.now += BROKER_CIRCUIT.probeFirstMs
    state.answer = DONE
    await call()

    state.answer = AWAY
    await call()
    state.answer = DONE

    expect(await call()).toEqual(DONE)
  })

  it('is tried ever more seldom', async () => {
    const { state, call } = await open()
    const tries: number[] = []
    const start = state.now

    for (let second = 0; second < 120; second++) {
      state.now += 1_000
      const before = state.calls
      await call()
      if (state.calls > before) tries.push((state.now - start) / 1_000)
    }

    expect(tries).toEqual([1, 2, 4, 8, 16, 32, 62, 92])
  })
})

describe('a broker that answers', () => {
  it.each([{ kind: 'absent' }, { kind: 'refused', reason: 'no' }] as const)(
    'is called on, whatever it says: %j',
    async (answer) => {
      const { state, changes, call } = guarded()
      state.answer = answer

      for (let index = 0; index < 100; index++) expect(await call()).toEqual(answer)

      expect(changes).toEqual([])
    },
  )

  it('is called on where few calls of many fail', async () => {
    const { state, changes, call } = guarded()

    for (let index = 0; index < 100; index++) {
      state.answer = index % 2 === 0 ? DONE : AWAY
      await call()
    }

    expect(changes).toEqual([])
  })

  it('is called on where its failures lie far apart', async () => {
    const { state, changes, call } = guarded()

    for (let index = 0; index < 100; index++) {
      await call()
      state.now += BROKER_CIRCUIT.windowMs
    }

    expect(changes).toEqual([])
  })
})
