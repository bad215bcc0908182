import type { TwilioSettings } from './twilio-settings.ts'

export interface TwilioMessage {
  readonly to: string
  readonly text: string
  /** Where Twilio reports what becomes of it. */
  readonly statusCallback: string | undefined
}

/** https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource */
export function writeTwilioBody(
  { to, text, statusCallback }: TwilioMessage,
  sender: TwilioSettings['sender'],
): Buffer {
  const form = new URLSearchParams({ To: to, ...sender, Body: text })
  if (statusCallback !== undefined) form.set('StatusCallback', statusCallback)
  return Buffer.from(form.toString())
}

/** Twilio calls each message's own address, so it says which message it is. */
export function statusCallbackOf(publicUrl: string, name: string, ref: string): string {
  return `${publicUrl}/callbacks/${encodeURIComponent(name)}?ref=${encodeURIComponent(ref)}`
}
