import { describe, expect, it } from 'vitest'
import type { RecipientFacts } from '../../../src/core/ports/reach-ports.ts'
import { explainReach, type ReachQuestion } from '../../../src/core/reach/explain-reach.ts'
import { aRecipient } from '../../support/reach-facts.ts'
import { aPolicy } from '../../support/reach-world.ts'

const NOW = Date.parse('2026-11-25T12:00:00Z')

function explain(
  question: Partial<ReachQuestion>,
  known: RecipientFacts = aRecipient(),
  policy = aPolicy(),
) {
  const asked = { uid: 'ann', topic: 'user/ann/inbox/bob', body: 'hello', isServer: false }
  const source = { ask: async () => known }
  return explainReach({ source, policy, nowMs: NOW }, { ...asked, ...question })
}

describe('what would become of a message', () => {
  it('is a delivery to each address that is called for, when and how', async () => {
    const policy = aPolicy()
    const ladder = [
      { channel: 'push', afterMs: 0 },
      { channel: 'sms', afterMs: 600_000 },
    ] as const
    const known = aRecipient({
      addresses: [
        { id: '1', channel: 'push', provider: 'stub', deviceId: 'ann-phone' },
        { id: '2', channel: 'sms', provider: 'stub', deviceId: undefined },
      ],
      quietHours: { days: 127, from: '00:00', to: '00:00', zone: 'UTC', action: 'silence' },
    })

    const explanation = await explain({}, known, {
      ...policy,
      ladders: { ...policy.ladders, 'direct-message': ladder },
    })

    expect(explanation).toMatchObject({
      verdict: 'reached',
      reason: undefined,
      because: '2 addresses are notified, unless something comes in between.',
      deliveries: [
        { name: 'delivery to ann-phone', value: 'push by stub, at once, without a sound' },
        {
          name: 'delivery to sms',
          value: 'sms by stub, at 2026-11-25T12:10:00.000Z, without a sound, step 2 of the ladder',
        },
      ],
    })
  })

  it('is nothing, for a reason that is said in a sentence', async () => {
    const known = aRecipient({ account: { notify: 'mentions', mutedUntil: undefined } })

    expect(await explain({ topic: 'group/g/inbox/bob' }, known)).toMatchObject({
      verdict: 'unreached',
      reason: 'mentions-only',
      because: 'The user wants to hear of mentions only.',
      deliveries: [],
    })
  })

  it('depends on what the message says', async () => {
    const known = aRecipient({ account: { notify: 'mentions', mutedUntil: undefined } })
    const body = JSON.stringify({ body: 'hello', mentions: ['ann'] })

    const explanation = await explain({ topic: 'group/g/inbox/bob', body }, known)

    expect(explanation.verdict).toBe('reached')
  })

  it('depends on whether a server says it', async () => {
    const known = aRecipient({ account: { notify: 'mentions', mutedUntil: undefined } })
    const body = JSON.stringify({ force: true })

    const verdicts = [false, true].map((isServer) => explain({ body, isServer }, known))

    expect((await Promise.all(verdicts)).map(({ verdict }) => verdict)).toEqual([
      'unreached',
      'reached',
    ])
  })

  it.each([
    ['what is published elsewhere', { topic: 'sensors/a' }, 'no-message'],
    ['what the user has written', { topic: 'group/g/inbox/ann' }, 'sender'],
    ["another's message", { topic: 'user/carol/inbox/bob' }, 'not-addressed'],
    ["another's invitation", { topic: 'group/g/invitation/carol/from/bob' }, 'not-addressed'],
    ['a request that only admins see', { topic: 'group/g/application/bob' }, 'not-an-admin'],
  ])('is not for the user: %s', async (_, question, reason) => {
    expect(await explain(question)).toMatchObject({
      verdict: 'no-recipient',
      reason,
      because: expect.stringMatching(/^[A-Z].*\.$/),
    })
  })

  it.each(['owner', 'admin'] as const)('is for the %s, if it is to join', async (role) => {
    const { verdict } = await explain({ topic: 'group/g/application/bob' }, aRecipient({}, role))

    expect(verdict).toBe('reached')
  })

  it('comes with all that was looked at', async () => {
    const known = aRecipient({
      account: { notify: 'all', mutedUntil: NOW },
      conversation: { notify: 'all', mutedUntil: NOW - 1000 },
      quietHours: { days: 3, from: '22:00', to: '07:00', zone: 'UTC', action: 'defer' },
      readAt: NOW - 5000,
      devices: [
        {
          deviceId: 'ann-phone',
          platform: 'ios',
          isRevoked: false,
          isOnline: false,
          disconnectedAt: NOW - 2000,
        },
        {
          deviceId: 'ann-web',
          platform: undefined,
          isRevoked: true,
          isOnline: true,
          disconnectedAt: undefined,
        },
      ],
    })

    const { facts } = await explain({ topic: 'group/g/inbox/bob' }, known)

    expect(Object.fromEntries(facts.map(({ name, value }) => [name, value]))).toEqual({
      message: 'group-message from bob',
      conversation: 'group/g',
      user: 'active',
      role: 'member',
      'sender role': 'member',
      'blocks sender': 'no',
      'account wants': 'all, muted until 2026-11-25T12:00:00.000Z',
      'here wants': 'all, muted until 2026-11-25T11:59:59.000Z',
      'quiet hours': 'Mon,Tue 22:00-07:00 UTC defer',
      'read up to': '2026-11-25T11:59:55.000Z',
      'device ann-phone': 'ios, offline since 2026-11-25T11:59:58.000Z',
      'device ann-web': 'unknown platform, online, revoked',
      'address 1': 'push by stub on ann-phone',
    })
  })
})
