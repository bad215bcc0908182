import type { AddressedNotification } from '../../core/delivery/notification.ts'
import type { RenderedText, RenderText } from '../../core/delivery/rendered-text.ts'
import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import { cutSms } from './sms-segments.ts'

/** Undefined where nothing is shown. */
export function smsTextOf(
  render: RenderText,
  { notification }: AddressedNotification,
  segmentsMax: number,
): string | undefined {
  const text = render(notification, 'sms')
  return text === undefined ? undefined : cutSms(oneLine(text), segmentsMax) || undefined
}

function oneLine({ title, body }: RenderedText): string {
  return title === '' || body === '' ? `${title}${body}` : `${title}: ${body}`
}

export const NOTHING_TO_SHOW: SendOutcome = {
  kind: 'rejected',
  reason: 'not sent: a text message must say something, and this shows nothing',
}
