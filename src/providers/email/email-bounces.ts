import type { Receipt } from '../../core/delivery/receipt.ts'
import type {
  CallbackAnswer,
  CallbackRequest,
  GoneAddress,
} from '../../core/ports/callback-reader.ts'
import type { WebhookSeal } from '../standard-webhooks.ts'
import { type Bounce, readBounceReport } from './bounce-report.ts'
import { readDeliveryStatus } from './delivery-status.ts'
import { bounceMeaning } from './email-outcome.ts'
import { REF_FIELD } from './email-payload.ts'
import { canonicalAddress } from './mailbox.ts'

/** Reads what a mail server, or a company's own script, reports about mails that were accepted. */
export function readBounces(
  request: CallbackRequest,
  seal: WebhookSeal | undefined,
): CallbackAnswer {
  if (request.method !== 'POST') return refused('a report of bounces is posted', 405)
  if (seal === undefined) return refused('no bounceSecret is set', 401)
  const fault = seal.faultOf(request, request.nowMs)
  if (fault !== undefined) return refused(fault, 401)
  const bounces = bouncesIn(request)
  if (bounces === undefined) return refused('neither a report nor a delivery status', 400)
  return {
    kind: 'understood',
    receipts: bounces.flatMap((bounce) => receiptOf(bounce, request.nowMs)),
    gone: bounces.flatMap(goneOf),
    reply: { status: 204, contentType: 'text/plain', body: '' },
  }
}

function bouncesIn({ headers, body }: CallbackRequest): readonly Bounce[] | undefined {
  const text = body.toString()
  if (headers['content-type']?.startsWith('application/json')) return readBounceReport(text)
  const status = readDeliveryStatus(text, REF_FIELD)
  return status?.recipients.map((recipient) => ({ ...recipient, ref: status.ref }))
}

function receiptOf(bounce: Bounce, at: number): readonly Receipt[] {
  const { ref, action } = bounce
  if (ref === undefined) return []
  switch (action) {
    case 'failed':
      return [{ ref, kind: 'undelivered', reason: wordsOf(bounce), at }]
    case 'delivered':
      return [{ ref, kind: 'delivered', reason: undefined, at }]
    // Delayed, relayed or expanded: nothing is decided. Complained of is delivered.
    default:
      return []
  }
}

function goneOf(bounce: Bounce): readonly GoneAddress[] {
  const token = canonicalAddress(bounce.address)
  if (bounce.action === 'complained') return [{ token, reason: 'complained' }]
  const isGone = bounce.action === 'failed' && bounceMeaning(bounce) === 'address-gone'
  return isGone ? [{ token, reason: wordsOf(bounce) }] : []
}

function wordsOf({ status, diagnostic }: Bounce): string {
  return diagnostic === undefined ? status : `${status} ${diagnostic}`.slice(0, 300)
}

function refused(reason: string, status: 400 | 401 | 405): CallbackAnswer {
  return { kind: 'refused', reason, status }
}
