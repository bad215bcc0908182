import { cutText, jsonSize, utf8Size } from '../../core/delivery/cut-text.ts'
import type { AddressedNotification } from '../../core/delivery/notification.ts'
import type { RenderedText } from '../../core/delivery/rendered-text.ts'
import { type FcmEnvelope, writeMessage } from './fcm-message.ts'
import type { FcmText } from './fcm-sections.ts'
import type { FcmLooks } from './fcm-settings.ts'

/**
 * https://firebase.google.com/docs/cloud-messaging/concept-options: what a device gets. Which of a
 * message's sections count for which device is not said, so all of them do, but for the token.
 */
const MESSAGE_BYTES_MAX = 4_096
/** What the sender gave for the app gives way where a text would keep less than this. */
const TEXT_BYTES_MIN = 256

/** The body of a request that fits; texts are cut, the body before the title, never within a letter. */
export function writePayload(
  addressed: AddressedNotification,
  rendered: RenderedText | undefined,
  looks: FcmLooks,
  nowMs: number,
): string {
  const text = rendered && { title: rendered.title, body: rendered.body }
  const envelope = { addressed, looks, nowMs, data: addressed.notification.data }
  const whole = write(envelope, text)
  if (excess(whole, addressed) <= 0) return whole
  const lean = { ...envelope, data: undefined }
  if (text === undefined) return write(lean, undefined)
  return writeCut(envelope, text, TEXT_BYTES_MIN) ?? writeCut(lean, text, 0) ?? write(lean, EMPTY)
}

const EMPTY: FcmText = { title: '', body: '' }

/** Undefined where there is no room for so much of the text. */
function writeCut(envelope: FcmEnvelope, text: FcmText, bytesMin: number): string | undefined {
  const room = -excess(write(envelope, EMPTY), envelope.addressed)
  // Where the app shows it, the same text stands in the sections of all platforms.
  const copies = envelope.looks.shownBy === 'app' ? 3 : 1
  const size = (part: string) => copies * jsonSize(part)
  const least = Math.min(bytesMin, jsonSize(text.title) + jsonSize(text.body))
  if (room < copies * least) return undefined
  const title = cutText(text.title, room, size)
  const body = cutText(text.body, room - size(title), size)
  return write(envelope, { title, body })
}

function write(envelope: FcmEnvelope, text: FcmText | undefined): string {
  return JSON.stringify({ message: writeMessage(envelope, text) })
}

function excess(payload: string, { address }: AddressedNotification): number {
  return utf8Size(payload) - jsonSize(address.token) - MESSAGE_BYTES_MAX
}
