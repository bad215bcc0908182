import { cutText, jsonSize } from '../../core/delivery/cut-text.ts'
import type { AddressedNotification, Notification } from '../../core/delivery/notification.ts'
import type { RenderedText } from '../../core/delivery/rendered-text.ts'

/** `clear`: only the badge; `data`: for the app alone. */
export type PushLook = 'alert' | 'clear' | 'data' | 'voip'

export interface BodyOptions {
  readonly look: PushLook
  readonly text: RenderedText | undefined
  readonly sound: string
  readonly bytesMax: number
}

/** So much of what there is to read comes before the app's own data. */
const TEXT_BYTES_LEAST = 1_024

interface Parts {
  readonly title: string
  readonly body: string
  /** What the sender's app tells the recipient's. */
  readonly data: { readonly data?: unknown; readonly isDataCut?: true }
}

/**
 * The JSON of a push. What is too long is cut between letters, the body first, then the title. Data can't
 * be cut: where it leaves too little room for the text it is left out, and the app is told so. A person is
 * notified in any case.
 */
export function writeApnsBody(message: AddressedNotification, options: BodyOptions): string {
  const { title = '', body = '' } = options.text ?? {}
  const write = (parts: Parts) => JSON.stringify(payloadOf(message, parts, options))
  const roomBeside = (data: Parts['data']) =>
    options.bytesMax - Buffer.byteLength(write({ title: '', body: '', data }))
  const data = dataOf(message.notification)
  const whole = write({ title, body, data })
  if (Buffer.byteLength(whole) <= options.bytesMax) return whole

  const wanted = Math.min(TEXT_BYTES_LEAST, jsonSize(title) + jsonSize(body))
  const kept = roomBeside(data) < wanted ? DATA_CUT : data
  return write({ ...cut(title, body, roomBeside(kept)), data: kept })
}

const DATA_CUT: Parts['data'] = { isDataCut: true }

function cut(title: string, body: string, room: number): { title: string; body: string } {
  const cutBody = cutText(body, room - jsonSize(title), jsonSize)
  return { title: cutText(title, room - jsonSize(cutBody), jsonSize), body: cutBody }
}

/** Keys as in https://developer.apple.com/documentation/usernotifications/generating-a-remote-notification */
function payloadOf(
  { ref, notification }: AddressedNotification,
  parts: Parts,
  { look, text, sound }: BodyOptions,
) {
  const { kind, conversation, messageId, badge, isSilent } = notification
  const herald = { ref, kind, conversation, messageId, ...parts.data }
  const alert = text && { title: parts.title, body: parts.body }
  switch (look) {
    case 'alert': {
      const audible = isSilent ? undefined : sound
      const shown = { alert, badge, sound: audible, 'thread-id': conversation }
      // Wakes the app's service extension, which may tell that this arrived.
      return { aps: { ...shown, 'mutable-content': 1 }, herald }
    }
    case 'clear':
      return { aps: { badge }, herald }
    case 'data':
      return { aps: { 'content-available': 1 }, herald }
    case 'voip':
      return { aps: { alert }, herald }
  }
}

function dataOf({ data }: Notification): Parts['data'] {
  return data === undefined ? {} : { data: readJson(data) }
}

/** The core has checked it; what is no JSON after all arrives as the text that it is. */
function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
