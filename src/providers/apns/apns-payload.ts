import { hash } from 'node:crypto'
import type { PushType } from 'apns2'
import type { AddressedNotification } from '../../core/delivery/notification.ts'
import type { RenderedText, RenderText } from '../../core/delivery/rendered-text.ts'
import { type PushLook, writeApnsBody } from './apns-body.ts'

/** What Apple is sent for one notification, but for the proof of who sends it. */
export interface ApnsPush {
  readonly deviceToken: string
  readonly id: string
  readonly topic: string
  readonly pushType: PushType
  readonly priority: '5' | '10'
  /** Seconds since 1970; 0: now or never. */
  readonly expiration: string
  readonly collapseId: string
  readonly body: string
}

/** The app that pushes are for. */
export interface ApnsApp {
  readonly bundleId: string
  /** Whether its addresses are those that PushKit gave it for calls. */
  readonly isVoip: boolean
  readonly sound: string
  readonly render: RenderText
}

// https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns
const LOOKS = {
  alert: { pushType: 'alert', topicSuffix: '', bytesMax: 4_096 },
  clear: { pushType: 'alert', topicSuffix: '', bytesMax: 4_096 },
  data: { pushType: 'background', topicSuffix: '', bytesMax: 4_096 },
  voip: { pushType: 'voip', topicSuffix: '.voip', bytesMax: 5_120 },
} as const satisfies Record<PushLook, { pushType: PushType; topicSuffix: string; bytesMax: number }>

/**
 * Undefined where there is nothing that may be sent: an app that gets a VoIP push and reports no call
 * is killed, so such a push can't take a notification away.
 */
export function writeApnsPush(message: AddressedNotification, app: ApnsApp): ApnsPush | undefined {
  const { address, notification } = message
  if (app.isVoip && notification.kind === 'clear') return undefined
  const text = app.render(notification, address.channel)
  const look = lookOf(message, app, text)
  const { pushType, topicSuffix, bytesMax } = LOOKS[look]
  return {
    deviceToken: address.token,
    id: uuidOf(message),
    topic: app.bundleId + topicSuffix,
    pushType,
    priority: priorityOf(look, message),
    expiration: String(Math.max(0, Math.floor(notification.expiresAt / 1_000))),
    collapseId: collapseIdOf(message),
    body: writeApnsBody(message, { look, text, sound: app.sound, bytesMax }),
  }
}

function lookOf(
  { notification }: AddressedNotification,
  { isVoip }: ApnsApp,
  text: RenderedText | undefined,
): PushLook {
  if (isVoip) return 'voip'
  if (text !== undefined) return 'alert'
  return notification.kind === 'clear' ? 'clear' : 'data'
}

/** Who writes to a person wants it seen now; what makes no sound may wait for a good moment. */
function priorityOf(look: PushLook, { notification }: AddressedNotification): '5' | '10' {
  switch (look) {
    case 'alert':
      return notification.isSilent && notification.priority === 'normal' ? '5' : '10'
    case 'voip':
      return '10'
    case 'clear':
    case 'data':
      // Apple refuses 10 for background pushes.
      return '5'
  }
}

/**
 * A UUID of our own making (RFC 9562 §5.8) with the digits of the delivery in it. It is for tracing, and
 * the same at every attempt: Apple does not remove repeats by it.
 */
function uuidOf({ address, notification: { messageId } }: AddressedNotification): string {
  const part = (from: number, to: number) => messageId.slice(from, to)
  const addressDigits = Number(address.id).toString(16).padStart(12, '0').slice(-12)
  return `${part(0, 8)}-${part(8, 12)}-8${part(13, 16)}-8${part(29, 32)}-${addressDigits}`
}

const COLLAPSE_ID = /^[\x21-\x7e]{1,64}$/

/** What replaces what on the screen: one key of the sender's, one run of messages, else one delivery. */
function collapseIdOf({ ref, notification }: AddressedNotification): string {
  const { collapseKey, conversation, messages } = notification
  // Senders choose keys, so one may only meet those of the same conversation.
  if (collapseKey !== undefined) return digestOf(`${conversation}\n${collapseKey}`)
  const id = messages > 1 ? conversation : ref
  return COLLAPSE_ID.test(id) ? id : digestOf(id)
}

/** 43 characters. */
function digestOf(text: string): string {
  return hash('sha256', text, 'base64url')
}
