import { describe, expect, it } from 'vitest'
import type { BrokerAnswer, BrokerControl } from '../../../src/core/ports/broker-control.ts'
import type { SessionTask } from '../../../src/core/ports/session-ports.ts'
import { tendSession } from '../../../src/core/subscriptions/tend-session.ts'

const POLICY = { groupSubscription: 'all', autoSubscribe: false } as const
const DESIRED = ['group/+/invitation/ann/from/+', 'group/hikers/#', 'user/ann/#']

function aTask(change: Partial<SessionTask> = {}): SessionTask {
  return {
    clientId: 'phone',
    uid: 'ann',
    version: '7',
    standing: 'welcome',
    profile: 'all',
    memberships: [{ gid: 'hikers', role: 'member' }],
    held: DESIRED,
    ownFilters: 0,
    clearsCache: false,
    looks: false,
    endsSession: false,
    isOnline: true,
    isOver: false,
    attempts: 0,
    ...change,
  }
}

const DONE: BrokerAnswer<undefined> = { kind: 'done', value: undefined }

/** A broker that writes down what it is asked; `answers` says what it does not do. */
function aBroker(
  actual: readonly { readonly filter: string; readonly qos: 0 | 1 | 2 }[] = [],
  answers: Readonly<Record<string, Exclude<BrokerAnswer<unknown>, { kind: 'done' }>>> = {},
) {
  const calls: unknown[][] = []
  const call = async (name: string, ...args: unknown[]) => {
    calls.push([name, ...args])
    return answers[name] ?? DONE
  }
  const control: BrokerControl = {
    capabilities: async () => ({ kind: 'absent' }),
    readClient: async () => ({ kind: 'absent' }),
    listClients: async () => ({ kind: 'absent' }),
    async subscriptionsOf() {
      const answer = await call('look')
      return answer.kind === 'done' ? { kind: 'done', value: actual } : answer
    },
    subscribe: (_, filters) => call('subscribe', ...filters),
    unsubscribe: (_, filters) => call('unsubscribe', ...filters),
    endSession: () => call('end'),
    clearTopicCache: () => call('clear'),
    clearTopicCaches: () => call('clear-all'),
    publish: () => call('publish'),
    close: async () => {},
  }
  return { calls, control }
}

function tend(control: BrokerControl, task: SessionTask) {
  const maySubscribe = async (_uid: string, _clientId: string, filter: string) =>
    filter.startsWith('iot/')
  const parts = { control, policy: POLICY, maySubscribe }
  return tendSession(parts, task, new AbortController().signal)
}

const held = (ownFilters = 0) => ({
  kind: 'done',
  result: { kind: 'held', filters: DESIRED, ownFilters },
})

describe('a session', () => {
  it('that has what it has to have costs no call', async () => {
    const { control, calls } = aBroker()

    expect(await tend(control, aTask())).toEqual(held())
    expect(calls).toEqual([])
  })

  it('is subscribed to what is missing, in one call', async () => {
    const { control, calls } = aBroker()

    expect(await tend(control, aTask({ held: [] }))).toEqual(held())
    expect(calls).toEqual([['subscribe', ...DESIRED]])
  })

  it('loses what goes before it gets what comes', async () => {
    const { control, calls } = aBroker()

    await tend(control, aTask({ held: ['group/cooks/#', 'user/ann/#'] }))

    expect(calls).toEqual([
      ['unsubscribe', 'group/cooks/#'],
      ['subscribe', 'group/+/invitation/ann/from/+', 'group/hikers/#'],
    ])
  })

  it('is looked at where nobody knows what it has', async () => {
    const { control, calls } = aBroker([{ filter: 'user/ann/#', qos: 1 }])

    expect(await tend(control, aTask({ held: undefined }))).toEqual(held())
    expect(calls).toEqual([
      ['look'],
      ['subscribe', 'group/+/invitation/ann/from/+', 'group/hikers/#'],
    ])
  })

  it('that is looked at keeps what its client may have, and nothing else', async () => {
    const { control, calls } = aBroker(
      [...DESIRED, 'group/cooks/inbox/+', 'iot/1', 'user/ann/inbox/+'].map((filter) => ({
        filter,
        qos: 1,
      })),
    )

    expect(await tend(control, aTask({ looks: true, clearsCache: true }))).toEqual(held(1))
    expect(calls).toEqual([
      ['clear'],
      ['look'],
      ['unsubscribe', 'user/ann/inbox/+', 'group/cooks/inbox/+'],
    ])
  })

  it('is subscribed at QoS 1 to what its client has at QoS 0', async () => {
    const { control, calls } = aBroker(DESIRED.map((filter) => ({ filter, qos: 0 })))

    await tend(control, aTask({ looks: true }))

    expect(calls).toEqual([['look'], ['subscribe', ...DESIRED]])
  })

  it.each([
    ['of a device that is gone', { standing: 'unknown-device' }],
    ['of a device that is revoked', { standing: 'revoked-device' }],
    ['of a user who is disabled', { standing: 'disabled-user' }],
    ['whose login is not worth anything any more', { endsSession: true }],
  ] as const)('%s is ended', async (_, change) => {
    const { control, calls } = aBroker()

    expect(await tend(control, aTask({ ...change, clearsCache: true, looks: true }))).toEqual({
      kind: 'done',
      result: { kind: 'ended' },
    })
    expect(calls).toEqual([['end']])
  })

  it('that has ended by itself is not asked for', async () => {
    const { control, calls } = aBroker()

    expect(await tend(control, aTask({ isOver: true }))).toEqual({
      kind: 'done',
      result: { kind: 'absent' },
    })
    expect(calls).toEqual([])
  })

  it('that has ended as far as is known is asked for where a look is wanted', async () => {
    const { control, calls } = aBroker()

    await tend(control, aTask({ isOver: true, looks: true }))

    expect(calls).toContainEqual(['look'])
  })

  it('of a client that is not connected has nothing to forget', async () => {
    const { control } = aBroker([], { clear: { kind: 'absent' } })

    expect(await tend(control, aTask({ clearsCache: true }))).toEqual(held())
  })

  it.each(['unsubscribe', 'clear', 'look', 'subscribe'])(
    'is left as it is from where the broker can not %s',
    async (call) => {
      const away = { kind: 'unavailable', reason: 'no answer' } as const
      const { control, calls } = aBroker([], { [call]: away })
      const task = aTask({ held: ['group/cooks/#'], clearsCache: true, looks: true })

      expect(await tend(control, task)).toEqual(away)
      expect(calls.at(-1)?.[0]).toBe(call)
    },
  )
})
