import type { PostCall } from '../../bounded-post.ts'
import type { TwilioSettings } from './twilio-settings.ts'

/** Calls as Twilio wants them: https://www.twilio.com/docs/iam/api#authentication */
export interface TwilioCalls {
  create(body: Buffer): PostCall
  account(): PostCall
}

export function createTwilioCalls({ accountSid, user, password }: TwilioSettings): TwilioCalls {
  const account = `/2010-04-01/Accounts/${accountSid}`
  const credentials = Buffer.from(`${user}:${password}`).toString('base64')
  const headers = { authorization: `Basic ${credentials}`, 'user-agent': 'Herald' }
  const contentType = 'application/x-www-form-urlencoded'
  return {
    create: (body) => ({
      path: `${account}/Messages.json`,
      headers: { ...headers, 'content-type': contentType },
      body,
    }),
    account: () => ({ method: 'GET', path: `${account}.json`, headers, body: Buffer.alloc(0) }),
  }
}
