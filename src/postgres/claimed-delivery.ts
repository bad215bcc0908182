import type { ClaimedDelivery, Parcel } from '../core/delivery/claimed-delivery.ts'
import type { Notification } from '../core/delivery/notification.ts'
import type { SendFacts } from '../core/delivery/send-facts.ts'
import type { ClaimedRow } from './delivery-claim.ts'
import { type FactsRow, FLAGS } from './send-facts.ts'

/** Joins what was claimed and what is known about it. */
export function claimedDelivery(row: ClaimedRow, facts: FactsRow, unread: number): ClaimedDelivery {
  return {
    day: row.day,
    messageId: row.messageId.replaceAll('-', ''),
    addressId: row.addressId,
    attempt: row.attempt,
    facts: sendFacts(row, facts),
    parcel: parcelOf(row, facts, unread),
  }
}

function sendFacts(row: ClaimedRow, facts: FactsRow): SendFacts {
  const has = (flag: number) => (facts.flags & flag) !== 0
  return {
    message: messageOf(facts),
    decidedAt: row.decidedAt,
    expiresAt: expiryOf(row, facts),
    isLate: row.isLate,
    hasAddress: facts.token !== null,
    user: has(FLAGS.isActive) ? 'active' : has(FLAGS.isDisabled) ? 'disabled' : 'unknown',
    isDeviceRevoked: has(FLAGS.isDeviceRevoked),
    role: facts.role ?? undefined,
    blocksSender: has(FLAGS.blocksSender),
    account: { notify: facts.notify ?? 'all', mutedUntil: facts.mutedUntil ?? undefined },
    conversation: {
      ...(facts.conversationNotify === null ? {} : { notify: facts.conversationNotify }),
      ...(facts.conversationMutedUntil === null
        ? {}
        : { mutedUntil: facts.conversationMutedUntil }),
    },
    readAt: facts.readAt ?? undefined,
    device: has(FLAGS.hasPresence)
      ? { isOnline: has(FLAGS.isOnline), connectedAt: facts.connectedAt ?? undefined }
      : undefined,
    otherDevices: (facts.others ?? []).map(([platform, isOnline, connectedAt, sessionSince]) => ({
      platform: platform ?? undefined,
      isOnline,
      connectedAt: connectedAt ?? undefined,
      sessionSince: sessionSince ?? undefined,
    })),
    isPersonal: facts.deviceId === null,
    hasAcceptedStep: has(FLAGS.hasAcceptedStep),
  }
}

function messageOf({ kind, sentAt, flags }: FactsRow): SendFacts['message'] {
  if (!isKind(kind) || sentAt === null) return undefined
  return {
    kind,
    sentAt,
    isForced: (flags & (FLAGS.isForced | FLAGS.isCarrierForced)) !== 0,
    isMention: (flags & (FLAGS.isMention | FLAGS.isCarrierMention)) !== 0,
  }
}

/** What has folded in may live longer than what carries it. */
function expiryOf({ expiresAt, newest }: ClaimedRow, { messageExpiresAt }: FactsRow): number {
  return newest.messages > 1 ? Math.max(expiresAt, messageExpiresAt ?? 0) : expiresAt
}

function parcelOf(row: ClaimedRow, facts: FactsRow, unread: number): Parcel | undefined {
  const { kind, from, newestId, channel, token } = facts
  if (!isKind(kind) || from === null || newestId === null) return undefined
  if (channel === null || token === null) return undefined
  const deviceId = facts.deviceId ?? undefined
  return {
    address: { id: row.addressId, channel, token, uid: row.uid, deviceId },
    unread,
    content: {
      kind,
      messageId: newestId,
      messages: row.newest.messages,
      conversation: row.conversation,
      from: { uid: from, displayName: facts.fromName ?? undefined },
      group: groupOf(facts),
      ...shown(facts.content),
      isPreviewHidden: (facts.flags & FLAGS.hidesPreview) !== 0,
      isSilent: row.isSilent,
      locale: facts.locale ?? undefined,
      expiresAt: expiryOf(row, facts),
    },
  }
}

function groupOf({ gid, groupName }: FactsRow): Notification['group'] {
  return gid === null ? undefined : { gid, displayName: groupName ?? undefined }
}

type Shown = Pick<Notification, 'title' | 'body' | 'data' | 'collapseKey' | 'priority'>

/** `messages.content` holds what the sender may say; null once nobody needs it any more. */
function shown(content: unknown): Shown {
  const fields = typeof content === 'object' && content !== null ? { ...content } : {}
  return {
    title: 'title' in fields ? textOf(fields.title) : undefined,
    body: 'body' in fields ? textOf(fields.body) : undefined,
    data: 'data' in fields ? jsonOf(fields.data) : undefined,
    collapseKey: 'collapseKey' in fields ? textOf(fields.collapseKey) : undefined,
    priority: 'priority' in fields && fields.priority === 'high' ? 'high' : 'normal',
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** JSON text, whether it was kept as text or as what it means. */
function jsonOf(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  return typeof value === 'string' ? value : JSON.stringify(value)
}

const KINDS: readonly string[] = [
  'direct-message',
  'friend-request',
  'group-message',
  'join-request',
  'invitation',
  'clear',
] satisfies readonly Notification['kind'][]

function isKind(kind: string | null): kind is Notification['kind'] {
  return kind !== null && KINDS.includes(kind)
}
