import type { Receipt } from '../../core/delivery/receipt.ts'
import type {
  CallbackAnswer,
  CallbackReader,
  CallbackRequest,
  GoneAddress,
} from '../../core/ports/callback-reader.ts'
import { fieldsOf, parseJson, wordsOf } from '../answer-json.ts'
import type { WebhookSeal } from '../standard-webhooks.ts'
import { readIsoTime } from './iso-time.ts'

/** What the company's sender reports, signed with the key that we sign with. */
export function createWebhookCallbacks(seal: WebhookSeal): CallbackReader {
  return {
    read(request) {
      if (request.method !== 'POST') return refused('it is no POST', 405)
      const fault = seal.faultOf(request, request.nowMs)
      if (fault !== undefined) return refused(fault, 401)
      const report = readReport(request)
      if (report === undefined) return refused('it is no report', 400)
      return { kind: 'understood', ...report, reply: { status: 204, contentType: '', body: '' } }
    },
  }
}

interface Report {
  readonly receipts: readonly Receipt[]
  readonly gone: readonly GoneAddress[]
}

/** All of it or nothing: a sender that is half understood would never know. */
function readReport({ body, nowMs }: CallbackRequest): Report | undefined {
  const { type, receipts = [], gone = [] } = fieldsOf(parseJson(body.toString()))
  if (type !== 'report' || !Array.isArray(receipts) || !Array.isArray(gone)) return undefined
  const read = receipts.map((one: unknown) => readReceipt(one, nowMs))
  const readGone = gone.map(readGoneAddress)
  const isWhole =
    read.every((one) => one !== undefined) && readGone.every((one) => one !== undefined)
  return isWhole
    ? {
        receipts: read.filter((one) => one !== undefined),
        gone: readGone.filter((one) => one !== undefined),
      }
    : undefined
}

const KINDS = ['delivered', 'opened', 'undelivered'] as const

function readReceipt(value: unknown, nowMs: number): Receipt | undefined {
  const { ref, kind, reason, at } = fieldsOf(value)
  const known = KINDS.find((one) => one === kind)
  const time = at === undefined ? nowMs : readIsoTime(at)
  if (typeof ref !== 'string' || known === undefined || time === undefined) return undefined
  return { ref, kind: known, reason: wordsOf(reason), at: time }
}

function readGoneAddress(value: unknown): GoneAddress | undefined {
  const { token, reason } = fieldsOf(value)
  if (typeof token !== 'string') return undefined
  return { token, reason: wordsOf(reason) ?? 'the sender gave no reason' }
}

function refused(reason: string, status: 400 | 401 | 405): CallbackAnswer {
  return { kind: 'refused', reason, status }
}
