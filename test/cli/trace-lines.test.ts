import { describe, expect, it } from 'vitest'
import { traceLines } from '../../src/cli/trace-lines.ts'
import type { DeliveryTrace, MessageTrace } from '../../src/core/reach/message-trace.ts'
import { runCli } from './cli-world.ts'

const at = (time: string) => new Date(`2026-11-25T${time}Z`)

function aDelivery(delivery: Partial<DeliveryTrace> = {}): DeliveryTrace {
  return {
    addressId: '7',
    uid: 'ann',
    deviceId: 'ann-phone',
    channel: 'push',
    provider: 'stub',
    state: 'queued',
    reason: undefined,
    isSilent: false,
    isLate: false,
    step: 0,
    decidedAt: at('12:00:01'),
    dueAt: at('12:00:02'),
    expiresAt: at('13:00:00'),
    attempt: 0,
    carrierId: undefined,
    providerId: undefined,
    finishedAt: undefined,
    deliveredAt: undefined,
    openedAt: undefined,
    undeliveredAt: undefined,
    undeliveredReason: undefined,
    attempts: [],
    ...delivery,
  }
}

function aTrace(trace: Partial<MessageTrace> = {}): MessageTrace {
  return {
    id: 'abc',
    day: '2026-11-25',
    kind: 'group-message',
    inbox: 'group/g',
    from: 'bob',
    sentAt: at('12:00:00'),
    expiresAt: at('13:00:00'),
    appId: undefined,
    isSilent: false,
    isForced: false,
    mentions: [],
    mentionsAll: false,
    deliveries: { items: [], total: 0 },
    unreached: [],
    awaited: { items: [], total: 0 },
    ...trace,
  }
}

/** Below what is said of the message itself. */
function linesOf(trace: Partial<MessageTrace>, uid?: string): string[] {
  return traceLines(aTrace(trace), uid).slice(3)
}

function linesOfDelivery(delivery: Partial<DeliveryTrace>): string[] {
  return linesOf({ deliveries: { items: [aDelivery(delivery)], total: 1 } })
}

describe('what became of a message, in lines', () => {
  it('begins with what it says of itself', () => {
    const said = { appId: 'm-1', mentions: ['ann'], mentionsAll: true, isSilent: true }

    expect(traceLines(aTrace({ ...said, isForced: true }), undefined)).toEqual([
      'group-message abc from bob to group/g',
      '  sent      2026-11-25T12:00:00.000Z',
      '  expires   2026-11-25T13:00:00.000Z',
      "  app's id  m-1",
      '  mentions  all, ann',
      '  asks      silence, force',
      'nobody: it had no recipients',
    ])
  })

  it('tells of a delivery with every attempt', () => {
    const busy = { outcome: 'unavailable', reason: 'busy', endedAt: at('12:00:03') }

    const lines = linesOfDelivery({
      state: 'sent',
      isLate: true,
      isSilent: true,
      step: 1,
      attempt: 2,
      providerId: 'stub-1',
      finishedAt: at('12:00:09'),
      attempts: [{ ...busy, attempt: 1, retryAt: at('12:00:05') }],
    })

    expect(lines).toEqual([
      'ann on ann-phone: sent',
      '  address    7, push by stub',
      '  decided    2026-11-25T12:00:01.000Z, late: the user had only seemed to be online, without a sound, step 2 of the ladder',
      '  due        2026-11-25T12:00:02.000Z',
      '  attempt 1  2026-11-25T12:00:03.000Z unavailable "busy", to be repeated at 2026-11-25T12:00:05.000Z',
      '  attempt 2  2026-11-25T12:00:09.000Z accepted as stub-1',
    ])
  })

  it.each<[Partial<DeliveryTrace>, string, string]>([
    [{ state: 'queued' }, 'ann on ann-phone: queued', '  expires  2026-11-25T13:00:00.000Z'],
    [
      { state: 'folded', carrierId: 'def' },
      'ann on ann-phone: folded',
      '  folded into  message def',
    ],
    [
      { state: 'withdrawn', reason: 'read', finishedAt: at('12:00:09') },
      'ann on ann-phone: withdrawn (read): the user has read the conversation further than this',
      '  ended    2026-11-25T12:00:09.000Z',
    ],
    [
      {
        state: 'failed',
        reason: 'BadDeviceToken',
        deviceId: undefined,
        finishedAt: at('12:00:09'),
      },
      'ann: failed (BadDeviceToken)',
      '  ended    2026-11-25T12:00:09.000Z',
    ],
  ])('says how a delivery stands: %j', (delivery, first, last) => {
    const lines = linesOfDelivery(delivery)

    expect([lines.at(0), lines.at(-1)]).toEqual([first, last])
  })

  it.each<[DeliveryTrace['prospect'], string]>([
    [{ kind: 'send' }, 'it would still be sent'],
    [{ kind: 'expired' }, 'it has expired'],
    [
      { kind: 'withdrawn', reason: 'resumed' },
      'it would be withdrawn (resumed): another device of the user came online with a session that has the message',
    ],
  ])('says what would become of one that waits: %j', (prospect, words) => {
    expect(linesOfDelivery(prospect === undefined ? {} : { prospect }).at(-1)).toBe(
      `  by now   ${words}`,
    )
  })

  it('counts those who were not reached, and names the first', () => {
    const lines = linesOf({
      unreached: [
        { reason: 'muted', recipients: 700, uids: ['carl', 'dora'] },
        { reason: 'online', recipients: 1, uids: ['emil'] },
      ],
      awaited: { items: ['emil'], total: 3 },
    })

    expect(lines).toEqual([
      '700 (carl, dora, …): not reached (muted): the user has muted the conversation, or everything',
      '1 (emil): not reached (online): the user, or each device that could be reached, was online',
      'emil: counts as online, but has not acknowledged it yet',
      'and 2 more who have not acknowledged it',
    ])
  })

  it('is about one user where that is asked for', () => {
    const muted = { reason: 'muted', recipients: 700, uids: ['carl', 'dora'] }

    expect(linesOf({ unreached: [muted] }, 'dora')).toEqual([
      'dora: not reached (muted): the user has muted the conversation, or everything',
    ])
    expect(linesOf({}, 'zoe')).toEqual([
      'zoe: nothing is known: no recipient, or one of those who were not reached and are not named',
    ])
  })

  it('says how many deliveries are left out', () => {
    expect(linesOf({ deliveries: { items: [aDelivery()], total: 9 } }).at(-1)).toBe(
      'and 8 more deliveries',
    )
  })
})

describe('explain message', () => {
  it('asks for the message, and for one user, and prints each that is found', async () => {
    const asked: unknown[] = []
    const { out } = await runCli('explain message m-1 --uid ann --retention 30d', {
      explainMessage: async (flags, question) => {
        asked.push(flags, question)
        return [aTrace(), aTrace({ id: 'def' })]
      },
    })

    expect(asked).toEqual([{ HERALD_RETENTION: '30d' }, { id: 'm-1', uid: 'ann' }])
    expect(out.match(/^group-message \w+/gm)).toEqual(['group-message abc', 'group-message def'])
    expect(out).toContain('\n\ngroup-message def')
  })

  it('prints an object a line for machines', async () => {
    const { out } = await runCli('explain message m-1 --json', {
      explainMessage: async () => [aTrace(), aTrace({ id: 'def' })],
    })

    const lines = out.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([{ id: 'abc' }, { id: 'def' }])
  })
})

describe('what was reported of a delivery', () => {
  const sent = {
    state: 'sent',
    attempt: 1,
    providerId: 'p-1',
    finishedAt: at('12:00:03'),
  } as const

  it('stands below the yes of its provider', () => {
    const lines = linesOfDelivery({
      ...sent,
      deliveredAt: at('12:00:04'),
      openedAt: at('12:00:05'),
      undeliveredAt: at('12:00:06'),
      undeliveredReason: 'unreachable',
    })

    expect(lines.slice(-4)).toEqual([
      '  attempt 1    2026-11-25T12:00:03.000Z accepted as p-1',
      '  delivered    2026-11-25T12:00:04.000Z',
      '  opened       2026-11-25T12:00:05.000Z',
      '  undelivered  2026-11-25T12:00:06.000Z "unreachable"',
    ])
  })
})

describe('a delivery beyond the limits of its provider', () => {
  it('says so while it waits', () => {
    expect(linesOfDelivery({ reason: 'user-limit' })[0]).toBe(
      'ann on ann-phone: queued (user-limit): the user has had as many today as the provider may send',
    )
  })
})
