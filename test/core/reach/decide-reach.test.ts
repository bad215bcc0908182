import { describe, expect, it } from 'vitest'
import { decideReach } from '../../../src/core/reach/decide-reach.ts'
import type { PlannedDelivery } from '../../../src/core/reach/reach-decision.ts'
import type { ReachDevice, ReachFacts } from '../../../src/core/reach/reach-facts.ts'
import { aMessage, aPolicy, NOON } from '../../support/reach-world.ts'

const MINUTE = 60_000
const QUIET = { days: 127, from: '11:00', to: '13:00', zone: 'UTC', action: 'defer' } as const
const CALLED = { said: { mentions: ['bob'] } }
const FORCED = { isServer: true, said: { isForced: true } }

describe('a recipient', () => {
  it('who is offline is notified at every address on the ladder', () => {
    expect(decide()).toEqual(reached([{ addressId: '1' }]))
  })

  it.each<[string, Parameters<typeof aMessage>[0], Partial<ReachFacts>, string | undefined]>([
    ['of an old message', { sentAt: NOON - 86_400_000 }, {}, 'expired'],
    ['of a silent message', { said: { isSilent: true } }, {}, 'silent-message'],
    ['whom nobody knows', {}, { user: 'unknown' }, 'unknown-user'],
    ['who is disabled', {}, { user: 'disabled' }, 'disabled'],
    ['who has left the group', { kind: 'group-message', gid: 'crew' }, {}, 'left'],
    ['who has blocked the sender', {}, { blocksSender: true }, 'blocked'],
    ['who wants nothing', {}, { account: notify('none') }, 'notifications-off'],
    [
      'who wants nothing, and is mentioned',
      CALLED,
      { account: notify('none') },
      'notifications-off',
    ],
    [
      'who wants nothing but here',
      {},
      { account: notify('none'), conversation: { notify: 'all' } },
      undefined,
    ],
    ['who has read it', {}, { readAt: NOON }, 'read'],
    ['who has read what was before it', {}, { readAt: NOON - 1 }, undefined],
    ['who has muted everything', {}, { account: muted(NOON + 1) }, 'muted'],
    ['whose mute is over', {}, { account: muted(NOON) }, undefined],
    [
      'who has unmuted the conversation',
      {},
      { account: muted(NOON + 1), conversation: { mutedUntil: NOON } },
      undefined,
    ],
    ['who has muted, and is mentioned', CALLED, { account: muted(NOON + 1) }, undefined],
    ['who has muted what a server forces', FORCED, { account: muted(NOON + 1) }, undefined],
    [
      'who has muted what anybody forces',
      { said: { isForced: true } },
      { account: muted(NOON + 1) },
      'muted',
    ],
    ['who wants mentions', {}, { account: notify('mentions') }, 'mentions-only'],
    ['who wants mentions, and is mentioned', CALLED, { account: notify('mentions') }, undefined],
    ['who is online', {}, { devices: [device({ isOnline: true })] }, 'online'],
    [
      'whose revoked device is online',
      {},
      { devices: [device(), device({ deviceId: 'old', isOnline: true, isRevoked: true })] },
      undefined,
    ],
    ['in quiet hours that drop', {}, { quietHours: { ...QUIET, action: 'drop' } }, 'quiet-hours'],
    [
      'in quiet hours that a server beats',
      FORCED,
      { quietHours: { ...QUIET, action: 'drop' } },
      undefined,
    ],
    [
      'in quiet hours that outlast the message',
      { said: { ttlSeconds: 60 } },
      { quietHours: QUIET },
      'expired',
    ],
    ['without an address', {}, { addresses: [] }, 'no-address'],
    ['whose device is revoked', {}, { devices: [device({ isRevoked: true })] }, 'no-address'],
  ])('%s', (_, message, facts, reason) => {
    const decision = decide({ message, facts })

    expect(decision.kind === 'unreached' ? decision.reason : undefined).toBe(reason)
  })

  it('in quiet hours hears of it at their end, at a moment of their own', () => {
    const [first, second] = ['bob', 'cleo'].map((uid) =>
      decide({ facts: { uid, quietHours: QUIET }, policy: { quietSpreadMs: 10 * MINUTE } }),
    )

    for (const decision of [first, second]) {
      const dueAt = decision?.kind === 'reached' ? decision.deliveries[0]?.dueAt : undefined
      expect(dueAt).toBeGreaterThanOrEqual(NOON + 60 * MINUTE)
      expect(dueAt).toBeLessThan(NOON + 70 * MINUTE)
    }
    expect(first).not.toEqual(second)
  })

  it('in quiet hours that silence hears nothing, and sees it', () => {
    const quietHours = { ...QUIET, action: 'silence' } as const

    expect(decide({ facts: { quietHours } })).toEqual(reached([{ addressId: '1', isSilent: true }]))
  })

  it('climbs a ladder, each step in its time', () => {
    const addresses = [
      ...aPhone().addresses,
      { id: '2', channel: 'sms' as const, provider: 'sms', deviceId: undefined },
      { id: '3', channel: 'email' as const, provider: 'smtp', deviceId: undefined },
    ]
    const ladder = [
      { channel: 'push', afterMs: 0 },
      { channel: 'sms', afterMs: 10 * MINUTE },
    ] as const
    const ladders = { ...aPolicy().ladders, 'direct-message': ladder }

    expect(decide({ facts: { addresses }, policy: { ladders } })).toEqual(
      reached([{ addressId: '1' }, { addressId: '2', step: 1, dueAt: NOON + 10 * MINUTE }]),
    )
  })

  describe('with a mailbox', () => {
    const addresses = [
      { id: '3', channel: 'email' as const, provider: 'smtp', deviceId: undefined },
    ]
    const ladder = [{ channel: 'email', afterMs: 30 * MINUTE }] as const
    const policy = {
      ladders: { ...aPolicy().ladders, 'direct-message': ladder },
      digestMs: 10 * MINUTE,
    }
    const mail = (dueAt: number, gathersAt: number | undefined) =>
      reached([{ addressId: '3', dueAt, gathersAt }])

    it('gets a mail once the step of the ladder and the time to gather are over', () => {
      expect(decide({ facts: { addresses }, policy })).toEqual(
        mail(NOON + 40 * MINUTE, NOON + 30 * MINUTE),
      )
    })

    it('says how long mails gather, and that beats the installation', () => {
      expect(decide({ facts: { addresses, digestMs: 60 * MINUTE }, policy })).toEqual(
        mail(NOON + 90 * MINUTE, NOON + 30 * MINUTE),
      )
      expect(decide({ facts: { addresses, digestMs: 0 }, policy })).toEqual(
        mail(NOON + 30 * MINUTE, undefined),
      )
    })

    it('is not written to in quiet hours that begin while mails gather', () => {
      const quietHours = { ...QUIET, from: '12:35' }

      expect(decide({ facts: { addresses, quietHours }, policy })).toEqual(
        mail(NOON + 60 * MINUTE, NOON + 50 * MINUTE),
      )
    })
  })

  it('who has just left is given the time to come back', () => {
    const devices = [device({ disconnectedAt: NOON - 1_000 })]

    expect(decide({ facts: { devices }, policy: { presenceGraceMs: 5_000 } })).toEqual(
      reached([{ addressId: '1', dueAt: NOON + 4_000 }]),
    )
  })
})

describe('the devices that are notified', () => {
  const web = device({ deviceId: 'web', platform: 'web', isOnline: true })
  const push = (id: string, deviceId: string) =>
    ({ id, channel: 'push', provider: 'stub', deviceId }) as const
  const facts = { devices: [device(), web], addresses: [push('1', 'phone'), push('2', 'web')] }

  it('are none under user-offline, where one is online', () => {
    expect(decide({ facts })).toEqual({ kind: 'unreached', reason: 'online' })
  })

  it('are those that are offline under device-offline', () => {
    expect(decide({ facts, policy: { devices: 'device-offline' } })).toEqual(
      reached([{ addressId: '1' }]),
    )
  })

  it('are the mobile ones under desktop-first, after a while', () => {
    expect(decide({ facts, policy: { devices: 'desktop-first' } })).toEqual(
      reached([{ addressId: '1', dueAt: NOON + 120_000 }]),
    )
  })

  it('are none under desktop-first, where a mobile one is online', () => {
    const devices = [device({ isOnline: true }), web]

    expect(decide({ facts: { ...facts, devices }, policy: { devices: 'desktop-first' } })).toEqual({
      kind: 'unreached',
      reason: 'online',
    })
  })
})

function decide({
  message = {},
  facts = {},
  policy = {},
}: {
  message?: Parameters<typeof aMessage>[0]
  facts?: Partial<ReachFacts>
  policy?: Parameters<typeof aPolicy>[0]
} = {}) {
  const all: ReachFacts = {
    uid: 'bob',
    user: 'active',
    isMember: false,
    senderRole: undefined,
    blocksSender: false,
    account: { notify: 'all', mutedUntil: undefined },
    conversation: {},
    quietHours: undefined,
    digestMs: undefined,
    readAt: undefined,
    ...aPhone(),
    ...facts,
  }
  return decideReach(aMessage(message), all, aPolicy(policy), NOON)
}

function aPhone(): Pick<ReachFacts, 'devices' | 'addresses'> {
  return {
    devices: [device()],
    addresses: [{ id: '1', channel: 'push', provider: 'stub', deviceId: 'phone' }],
  }
}

function device(differences: Partial<ReachDevice> = {}): ReachDevice {
  return {
    deviceId: 'phone',
    platform: 'ios',
    isRevoked: false,
    isOnline: false,
    disconnectedAt: undefined,
    ...differences,
  }
}

function notify(level: 'all' | 'mentions' | 'none') {
  return { notify: level, mutedUntil: undefined }
}

function muted(mutedUntil: number) {
  return { notify: 'all', mutedUntil } as const
}

function reached(
  deliveries: readonly (Partial<PlannedDelivery> & Pick<PlannedDelivery, 'addressId'>)[],
) {
  return {
    kind: 'reached',
    deliveries: deliveries.map((one) => ({ dueAt: NOON, isSilent: false, step: 0, ...one })),
  }
}
