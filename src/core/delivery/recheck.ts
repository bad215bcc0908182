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
  const reason = withdrawalOf(facts, policy, nowMs)
  return reason === undefined ? { kind: 'send' } : { kind: 'withdrawn', reason }
}

function withdrawalOf(
  facts: SendFacts,
  policy: RecheckPolicy,
  nowMs: number,
): WithdrawalReason | undefined {
  const { message } = facts
  if (message === undefined) return 'message-gone'
  if (!facts.hasAddress) return 'address-gone'
  if (facts.user !== 'active') return 'disabled'
  if (facts.isDeviceRevoked) return 'device-revoked'
  // It takes something away; whether the person wants to see anything is not the question.
  if (message.kind === 'clear') return undefined
  if (hasLeft(message, facts)) return 'left'
  if (facts.blocksSender) return 'blocked'
  return (
    unwantedReason(message, facts, nowMs) ??
    presenceReason(message, facts, policy) ??
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
  facts: SendFacts,
  nowMs: number,
): WithdrawalReason | undefined {
  const notify = facts.conversation.notify ?? facts.account.notify
  const mutedUntil = facts.conversation.mutedUntil ?? facts.account.mutedUntil
  if (notify === 'none') return 'notifications-off'
  if (facts.readAt !== undefined && facts.readAt >= message.sentAt) return 'read'
  if (message.isForced || message.isMention) return undefined
  if (mutedUntil !== undefined && mutedUntil > nowMs) return 'muted'
  return notify === 'mentions' ? 'mentions-only' : undefined
}

function presenceReason(
  message: SendMessage,
  facts: SendFacts,
  { devices }: RecheckPolicy,
): WithdrawalReason | undefined {
  if (facts.device !== undefined && cameOnline(facts.device, message, facts)) return 'online'
  const hasResumed = facts.otherDevices.some(
    (other) =>
      mayWithdraw(other, facts, devices) &&
      cameOnline(other, message, facts) &&
      // A new browser has no queued messages, and must not silence the phone.
      other.sessionSince !== undefined &&
      other.sessionSince <= message.sentAt,
  )
  return hasResumed ? 'resumed' : undefined
}

/**
 * Measured against the message, which bears the same clock as connections do. What was decided late
 * had only seemed to be online, so there a connection counts only if it is newer than the decision.
 */
function cameOnline(
  { isOnline, connectedAt }: SendDevice,
  { sentAt }: SendMessage,
  { isLate, decidedAt }: SendFacts,
): boolean {
  if (isLate) return connectedAt !== undefined && connectedAt > decidedAt
  return isOnline || (connectedAt !== undefined && connectedAt > sentAt)
}

/** Whether a device speaks for others than itself. */
function mayWithdraw(
  { platform }: OtherSendDevice,
  { isPersonal }: SendFacts,
  devices: RecheckPolicy['devices'],
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
