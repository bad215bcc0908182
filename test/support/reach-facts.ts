import type { RecipientFacts } from '../../src/core/ports/reach-ports.ts'
import type { ReachFacts } from '../../src/core/reach/reach-facts.ts'

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
      digestMs: undefined,
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
