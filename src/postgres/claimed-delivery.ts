import type { ClaimedDelivery, Parcel } from '../core/delivery/claimed-delivery.ts'
import type { Notification } from '../core/delivery/notification.ts'
import type { SendFacts } from '../core/delivery/send-facts.ts'
import { type FactsRow, FLAGS } from './send-facts.ts'

/** Reads a row of facts. */
export function claimedDelivery(row: FactsRow, unread: number): ClaimedDelivery {
  return {
    day: row.day,
    messageId: hex(row.messageId),
    addressId: row.addressId,
    attempt: row.attempt,
    digestId: row.digestId ?? undefined,
    isFirstToday: (row.flags & FLAGS.isFirstToday) !== 0,
    facts: sendFacts(row),
    parcel: parcelOf(row, unread),
  }
}

function sendFacts(row: FactsRow): SendFacts {
  const { flags } = row
  const has = (flag: number) => (flags & flag) !== 0
  return {
    message: messageOf(row),
    decidedAt: Math.round(row.decidedAt),
    expiresAt: expiryOf(row),
    isLate: has(FLAGS.isLate),
    hasAddress: row.token !== null,
    isPersonal: row.deviceId === null,
    isUserDisabled: has(FLAGS.isUserDisabled),
    isDeviceRevoked: has(FLAGS.isDeviceRevoked),
    role: row.role ?? undefined,
    blocksSender: has(FLAGS.blocksSender),
    notify: row.notify ?? 'all',
    isMuted: has(FLAGS.isMuted),
    hasRead: has(FLAGS.hasRead),
    device: has(FLAGS.hasPresence)
      ? {
          isOnline: has(FLAGS.isOnline),
          isSinceMessage: has(FLAGS.isSinceMessage),
          isSinceDecision: has(FLAGS.isSinceDecision),
        }
      : undefined,
    otherDevices: othersOf(row),
    hasAcceptedStep: has(FLAGS.hasAcceptedStep),
  }
}

function othersOf({ others }: FactsRow): SendFacts['otherDevices'] {
  if (others === null) return []
  return others.map(([platform, isOnline, isSinceMessage, isSinceDecision, hasMessage]) => ({
    platform: platform ?? undefined,
    isOnline,
    isSinceMessage: isSinceMessage ?? false,
    isSinceDecision: isSinceDecision ?? false,
    hasMessage: hasMessage ?? false,
  }))
}

function messageOf({ kind, flags }: FactsRow): SendFacts['message'] {
  if (!isKind(kind)) return undefined
  return {
    kind,
    isForced: (flags & (FLAGS.isForced | FLAGS.isCarrierForced)) !== 0,
    isMention: (flags & (FLAGS.isMention | FLAGS.isCarrierMention)) !== 0,
  }
}

/** What has folded in may live longer than what carries it. */
function expiryOf({ expiresAt, newestExpiresAt }: FactsRow): number {
  return Math.round(Math.max(expiresAt, newestExpiresAt ?? 0))
}

function parcelOf(row: FactsRow, unread: number): Parcel | undefined {
  const { kind, from, gid, channel, token, uid, flags } = row
  if (!isKind(kind) || from === null || channel === null || token === null) return undefined
  const deviceId = row.deviceId ?? undefined
  return {
    address: { id: row.addressId, channel, token, uid, deviceId },
    unread,
    content: {
      kind,
      messageId: hex(row.newestId),
      messages: row.messages,
      conversation: row.conversation,
      from: { uid: from, displayName: row.fromName ?? undefined },
      group: gid === null ? undefined : { gid, displayName: row.groupName ?? undefined },
      ...shown(row.content),
      isPreviewHidden: (flags & FLAGS.hidesPreview) !== 0,
      isSilent: (flags & FLAGS.isSilent) !== 0,
      locale: row.locale ?? undefined,
      expiresAt: expiryOf(row),
    },
  }
}

type Shown = Pick<Notification, 'title' | 'body' | 'data' | 'collapseKey' | 'priority'>

/** `messages.content` holds what the sender may say; null once nobody needs it any more. */
function shown(content: unknown): Shown {
  const fields = typeof content === 'object' && content !== null ? content : {}
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

const hex = (uuid: string) => uuid.replaceAll('-', '')
