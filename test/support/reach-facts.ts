import type { RecipientFacts } from '../../src/core/ports/reach-ports.ts'
import type { ReachFacts } from '../../src/core/reach/reach-facts.ts'
import type { ReachPolicy } from '../../src/core/reach/reach-policy.ts'

const PUSH = [{ channel: 'push', afterMs: 0 }] as const

/** Notifies at once, by push, whoever has no device online; a test states only what differs. */
export function aReachPolicy(policy: Partial<ReachPolicy> = {}): ReachPolicy {
  return {
    devices: 'user-offline',
    desktopDelayMs: 120_000,
    presenceGraceMs: 0,
    ladders: {
      'direct-message': PUSH,
      'friend-request': PUSH,
      'group-message': PUSH,
      'join-request': PUSH,
      invitation: PUSH,
    },
    ladderStopsOnAccepted: true,
    mentionAll: 'admins',
    ttlSeconds: { byDefault: 86_400, senderMax: 604_800 },
    quietSpreadMs: 0,
    coalesceMs: 3000,
    halfOpenGroupMax: 100,
    ...policy,
  }
}

/** Ann, a member of the group, whose phone is offline; a test states only what differs. */
export function aRecipient(
  facts: Partial<ReachFacts> = {},
  role: RecipientFacts['role'] = 'member',
): RecipientFacts {
  return {
    role,
    facts: {
      uid: 'ann',
      user: 'active',
      isMember: true,
      senderRole: 'member',
      blocksSender: false,
      account: { notify: 'all', mutedUntil: undefined },
      conversation: {},
      quietHours: undefined,
      readAt: undefined,
      devices: [
        {
          deviceId: 'ann-phone',
          platform: 'ios',
          isRevoked: false,
          isOnline: false,
          disconnectedAt: undefined,
        },
      ],
      addresses: [{ id: '1', channel: 'push', provider: 'stub', deviceId: 'ann-phone' }],
      ...facts,
    },
  }
}
