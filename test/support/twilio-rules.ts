import { createHmac } from 'node:crypto'
import type { SmsRules } from './sms-peer.ts'

/** Twilio, to whoever shows these credentials in HTTP's Basic scheme. */
export function twilioRules(user: string, password: string): SmsRules {
  return {
    isOurs: ({ headers }) =>
      atob(headers.authorization?.split(' ')[1] ?? '') === `${user}:${password}`,
    accepts: { status: 201, body: { sid: 'SM7', status: 'queued' } },
    refuses: { status: 401, body: { code: 20003, message: 'Authenticate', status: 401 } },
  }
}

/** As Twilio signs what it calls with. */
export function signedByTwilio(token: string, url: string, form: Record<string, string>): string {
  let text = url
  for (const name of Object.keys(form).sort()) text += name + form[name]
  return createHmac('sha1', token).update(text).digest('base64')
}
