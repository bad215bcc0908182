import type { ChatMessage } from './chat-message.ts'
import { type EligibleAddress, eligibleAddresses, onlineDevices } from './eligible-addresses.ts'
import { quietSpreadMs, quietUntil } from './quiet-hours.ts'
import type { PlannedDelivery, ReachDecision } from './reach-decision.ts'
import type { QuietHours, ReachFacts } from './reach-facts.ts'
import type { ReachPolicy } from './reach-policy.ts'
import type { UnreachedReason } from './reach-reason.ts'
import { type GrantedSayings, grantSayings, isPrivileged } from './sender-rights.ts'

/**
 * Decides whether and how one recipient of a message is notified.
 *
 * The same rules stand as SQL in postgres/reach, for batches; a property test holds both equal.
 */
export function decideReach(
  message: ChatMessage,
  facts: ReachFacts,
  policy: ReachPolicy,
  nowMs: number,
): ReachDecision {
  const rank = isPrivileged(message, facts.senderRole) ? 'privileged' : 'ordinary'
  const granted = grantSayings(message, rank, policy)
  const reason =
    messageReason(message, granted, nowMs) ?? userReason(message, granted, facts, nowMs)
  if (reason !== undefined) return unreached(reason)
  const addresses = eligibleAddresses(message.kind, facts, policy, nowMs)
  if (addresses.length === 0 && onlineDevices(facts).length > 0) return unreached('online')
  const quietHours = granted.isForced ? undefined : facts.quietHours
  if (quietHours?.action === 'drop' && quietUntil(quietHours, nowMs) !== undefined) {
    return unreached('quiet-hours')
  }
  if (addresses.length === 0) return unreached('no-address')
  return plan(addresses, granted, quietHours, quietSpreadMs(facts.uid, policy.quietSpreadMs))
}

function messageReason(
  message: ChatMessage,
  granted: GrantedSayings,
  nowMs: number,
): UnreachedReason | undefined {
  if (granted.expiresAt <= nowMs) return 'expired'
  return message.said.isSilent ? 'silent-message' : undefined
}

function userReason(
  message: ChatMessage,
  granted: GrantedSayings,
  facts: ReachFacts,
  nowMs: number,
): UnreachedReason | undefined {
  if (facts.user === 'unknown') return 'unknown-user'
  if (facts.user === 'disabled') return 'disabled'
  if (!facts.isMember && message.kind === 'group-message') return 'left'
  if (facts.blocksSender) return 'blocked'
  const { notify, mutedUntil } = { ...facts.account, ...defined(facts.conversation) }
  if (notify === 'none') return 'notifications-off'
  if (facts.readAt !== undefined && facts.readAt >= message.sentAt) return 'read'
  const isCalled =
    granted.isForced || granted.mentionsAll || message.said.mentions.includes(facts.uid)
  if (isCalled) return undefined
  if (mutedUntil !== undefined && mutedUntil > nowMs) return 'muted'
  return notify === 'mentions' ? 'mentions-only' : undefined
}

/** A setting that is not made leaves it to the account's. */
function defined(setting: ReachFacts['conversation']): ReachFacts['conversation'] {
  return Object.fromEntries(Object.entries(setting).filter(([, value]) => value !== undefined))
}

function plan(
  addresses: readonly EligibleAddress[],
  { expiresAt }: GrantedSayings,
  quietHours: QuietHours | undefined,
  spreadMs: number,
): ReachDecision {
  const fates = addresses.map((address) => planOne(address, quietHours, spreadMs))
  const deliveries = fates.filter((fate) => fate !== undefined)
  const inTime = deliveries.filter(({ dueAt }) => dueAt < expiresAt)
  if (inTime.length > 0) return { kind: 'reached', deliveries: inTime }
  return unreached(deliveries.length > 0 ? 'expired' : 'quiet-hours')
}

/** Undefined where quiet hours drop it. A step of the ladder meets them a second time. */
function planOne(
  { id, step, startAt, afterMs, gatherMs }: EligibleAddress,
  quietHours: QuietHours | undefined,
  spreadMs: number,
): PlannedDelivery | undefined {
  const due = (dueAt: number, isSilent: boolean): PlannedDelivery => {
    const gathersAt = gatherMs === 0 ? undefined : dueAt - gatherMs
    return { addressId: id, step, isSilent, dueAt, gathersAt }
  }
  const dueAt = startAt + afterMs
  if (quietHours === undefined) return due(dueAt, false)
  if (quietHours.action === 'defer') {
    const defer = (atMs: number) => {
      const until = quietUntil(quietHours, atMs)
      return until === undefined ? atMs : until + spreadMs
    }
    const deferred = defer(startAt) + afterMs
    return due(afterMs === 0 ? deferred : defer(deferred), false)
  }
  const isQuiet = quietUntil(quietHours, dueAt) !== undefined
  if (isQuiet && quietHours.action === 'drop') return undefined
  return due(dueAt, isQuiet)
}

function unreached(reason: UnreachedReason): ReachDecision {
  return { kind: 'unreached', reason }
}
