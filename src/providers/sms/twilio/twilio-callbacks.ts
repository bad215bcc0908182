import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Receipt } from '../../../core/delivery/receipt.ts'
import type { CallbackReader, CallbackRequest } from '../../../core/ports/callback-reader.ts'
import { refused, type SmsReport, understood } from '../sms-reports.ts'
import { TWILIO_GONE_CODES } from './twilio-outcome.ts'

/** https://www.twilio.com/docs/messaging/guides/track-outbound-message-status */
export function createTwilioCallbacks(authToken: string): CallbackReader {
  return {
    read(request) {
      if (request.method !== 'POST') return refused('it is no POST', 405)
      const form = new URLSearchParams(request.body.toString())
      const signature = request.headers['x-twilio-signature']
      if (signature === undefined) return refused('it is not signed', 401)
      const isOurs = (url: string) => isSame(signTwilio(authToken, url, form), signature)
      if (!spellingsOf(request.url).some(isOurs)) {
        return refused('it is signed with another key, or for another address', 401)
      }
      const ref = URL.parse(request.url)?.searchParams.get('ref')
      if (!ref || !form.has('MessageStatus')) return refused('it is no report', 400)
      const report = readReport(form, ref, request)
      return understood([report], { status: 204, contentType: '', body: '' })
    },
  }
}

/** Twilio signs an address with its port in some products, and without in others. */
function spellingsOf(text: string): readonly string[] {
  const [, scheme, host, rest = ''] = /^(https?):\/\/([^/?#:]+)(?::\d+)?(.*)$/.exec(text) ?? []
  if (scheme === undefined) return [text]
  const port = scheme === 'https' ? 443 : 80
  return [text, `${scheme}://${host}${rest}`, `${scheme}://${host}:${port}${rest}`]
}

/** https://www.twilio.com/docs/usage/security#validating-requests */
export function signTwilio(authToken: string, url: string, form: URLSearchParams): string {
  const names = [...new Set(form.keys())].sort()
  // Of values with the same name, each once, as Twilio's own libraries do.
  const fields = names.flatMap((name) =>
    [...new Set(form.getAll(name))].sort().map((value) => `${name}${value}`),
  )
  return createHmac('sha1', authToken)
    .update(`${url}${fields.join('')}`)
    .digest('base64')
}

const KINDS: Readonly<Record<string, Receipt['kind']>> = {
  delivered: 'delivered',
  read: 'opened',
  undelivered: 'undelivered',
  failed: 'undelivered',
  canceled: 'undelivered',
}

/** The rest is on its way: `accepted`, `queued`, `sending`, `sent`. */
function readReport(form: URLSearchParams, ref: string, { nowMs }: CallbackRequest): SmsReport {
  const status = form.get('MessageStatus') ?? ''
  const kind = Object.hasOwn(KINDS, status) ? KINDS[status] : undefined
  if (kind === undefined) return {}
  const code = form.get('ErrorCode') ?? undefined
  const reason = kind === 'undelivered' ? [status, code].filter(Boolean).join(' ') : undefined
  const token = form.get('To')
  const isGone = kind === 'undelivered' && TWILIO_GONE_CODES.has(code ?? '')
  return {
    receipt: { ref, kind, reason, at: nowMs },
    ...(isGone && token !== null && { gone: { token, reason: reason ?? status } }),
  }
}

function isSame(ours: string, given: string): boolean {
  const [a, b] = [Buffer.from(ours), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}
