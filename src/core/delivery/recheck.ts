import type { ReachPolicy } from '../reach/reach-policy.ts'
import { DESKTOP_PLATFORMS } from '../reach/reach-policy.ts'
import type { OtherSendDevice, SendDevice, SendFacts, SendMessage } from './send-facts.ts'
import type { WithdrawalReason } from './withdrawal-reason.ts'

export type RecheckPolicy = Pick<ReachPolicy, 'devices' | 'ladderStopsOnAccepted'>

export type Recheck =
  | { readonly kind: 'send' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'withdrawn'; readonly reason: WithdrawalReason }

/** Asks again, right before it is sent, whether a delivery is still wanted. */
export function recheck(facts: SendFacts, policy: RecheckPolicy, nowMs: number): Recheck {
  if (facts.expiresAt <= nowMs) return { kind: 'expired' }
  const reason = withdrawalOf(facts, policy)
  return reason === undefined ? { kind: 'send' } : { kind: 'withdrawn', reason }
}

function withdrawalOf(facts: SendFacts, policy: RecheckPolicy): WithdrawalReason | undefined {
  const { message } = facts
  if (message === undefined) return 'message-gone'
  if (!facts.hasAddress) return 'address-gone'
  if (facts.isUserDisabled) return 'disabled'
  if (facts.isDeviceRevoked) return 'device-revoked'
  // It takes something away; whether the person wants to see anything is not the question.
  if (message.kind === 'clear') return undefined
  if (hasLeft(message, facts)) return 'left'
  if (facts.blocksSender) return 'blocked'
  return (
    unwantedReason(message, facts) ??
    presenceReason(facts, policy) ??
    (policy.ladderStopsOnAccepted && facts.hasAcceptedStep ? 'earlier-step' : undefined)
  )
}

function hasLeft(message: SendMessage, { role }: SendFacts): boolean {
  switch (message.kind) {
    case 'group-message':
      return role === undefined
    case 'join-request':
      return role !== 'owner' && role !== 'admin'
    case 'direct-message':
    case 'friend-request':
    case 'invitation':
    case 'clear':
      return false
  }
}

function unwantedReason(
  message: SendMessage,
  { notify, hasRead, isMuted }: SendFacts,
): WithdrawalReason | undefined {
  if (notify === 'none') return 'notifications-off'
  if (hasRead) return 'read'
  if (message.isForced || message.isMention) return undefined
  if (isMuted) return 'muted'
  return notify === 'mentions' ? 'mentions-only' : undefined
}

function presenceReason(facts: SendFacts, policy: RecheckPolicy): WithdrawalReason | undefined {
  if (facts.device !== undefined && cameOnline(facts.device, facts)) return 'online'
  const hasResumed = facts.otherDevices.some(
    (other) =>
      // A new browser has no queued messages, and must not silence the phone.
      other.hasMessage && cameOnline(other, facts) && mayWithdraw(other, facts, policy),
  )
  return hasResumed ? 'resumed' : undefined
}

/**
 * Measured against the message, which bears the same clock as connections do. What was decided late
 * had only seemed to be online, so there a connection counts only if it is newer than the decision.
 */
function cameOnline(device: SendDevice, { isLate }: SendFacts): boolean {
  return isLate ? device.isSinceDecision : device.isOnline || device.isSinceMessage
}

/** Whether a device speaks for others than itself. */
function mayWithdraw(
  { platform }: OtherSendDevice,
  { isPersonal }: SendFacts,
  { devices }: RecheckPolicy,
): boolean {
  switch (devices) {
    case 'user-offline':
      return true
    case 'device-offline':
      return isPersonal
    case 'desktop-first':
      return !DESKTOP_PLATFORMS.some((desktop) => desktop === platform)
  }
}
