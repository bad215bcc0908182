import { cutText, jsonSize } from '../../core/delivery/cut-text.ts'
import type { AddressedNotification, Notification } from '../../core/delivery/notification.ts'
import type { RenderedText } from '../../core/delivery/rendered-text.ts'
import { hmac } from './hkdf-sha256.ts'
import { PLAINTEXT_BYTES_MAX } from './webpush-encryption.ts'

/** What a service worker gets, as JSON: `docs/providers/webpush.md` shows one that reads it. */
export interface WebPushPayload {
  readonly title: string
  readonly body: string
  /** A notification replaces what is shown with the same tag. */
  readonly tag: string
  readonly badge: number
  readonly silent: boolean
  readonly herald: {
    readonly ref: string
    readonly kind: Notification['kind']
    readonly messageId: string
    readonly messages: number
    readonly conversation: string
  }
  /** As the sender gave it; `isDataLeftOut` where there is no room for it. */
  readonly data?: string
  readonly isDataLeftOut?: true
}

/** The payload in the bytes that there are for it: data first, then title, then body. */
export function writePayload(message: AddressedNotification, text: RenderedText): Buffer {
  const frame = frameOf(message)
  const room = roomIn(frame)
  if (frame.data === undefined || room >= TEXT_BYTES_MIN) return fill(frame, text, room)
  const { data: _, ...bare } = frame
  const told: WebPushPayload = { ...bare, isDataLeftOut: true }
  return fill(told, text, roomIn(told))
}

function fill(payload: WebPushPayload, text: RenderedText, room: number): Buffer {
  const title = cutText(text.title, room, jsonSize)
  const body = cutText(text.body, room - jsonSize(title), jsonSize)
  return Buffer.from(JSON.stringify({ ...payload, title, body }))
}

/** Less would be no notification: then it is better without its data. */
const TEXT_BYTES_MIN = 256

function roomIn(payload: WebPushPayload): number {
  return PLAINTEXT_BYTES_MAX - Buffer.byteLength(JSON.stringify(payload))
}

function frameOf(message: AddressedNotification): WebPushPayload {
  const { ref, notification } = message
  const { kind, messageId, messages, conversation, badge, isSilent, data } = notification
  return {
    title: '',
    body: '',
    tag: tagOf(message),
    badge,
    silent: isSilent,
    herald: { ref, kind, messageId, messages, conversation },
    ...(data !== undefined && { data }),
  }
}

/**
 * What a repetition must replace: the delivery, what the sender says, or what is told of a conversation.
 * A page finds all of a conversation by its beginning, and nobody replaces what another has written.
 */
function tagOf({ ref, notification }: AddressedNotification): string {
  const { collapseKey, messages, conversation } = notification
  if (collapseKey === undefined && messages > 1) return conversation
  return `${conversation}#${collapseKey ?? ref}`
}

/** RFC 8030 §5.2: four weeks is what all services keep a message for. */
const TTL_SECONDS_MAX = 28 * 86_400

/** All but what needs keys. `topicKey` keeps the push service from knowing who writes to whom. */
export function writeHeaders(
  message: AddressedNotification,
  topicKey: Buffer,
  nowMs: number,
): Record<string, string> {
  const { expiresAt, priority } = message.notification
  const ttl = Math.floor((expiresAt - nowMs) / 1000)
  return {
    'content-type': 'application/octet-stream',
    'content-encoding': 'aes128gcm',
    ttl: String(Math.min(Math.max(ttl, 0), TTL_SECONDS_MAX)),
    // RFC 8030 §5.3.
    urgency: priority,
    topic: topicOf(tagOf(message), topicKey),
  }
}

/** RFC 8030 §5.4 allows 32 characters of base64url; Mozilla's page says letters and digits alone. */
const TOPIC_LENGTH = 32

function topicOf(tag: string, key: Buffer): string {
  return hmac(key, Buffer.from(tag)).toString('hex', 0, TOPIC_LENGTH / 2)
}
