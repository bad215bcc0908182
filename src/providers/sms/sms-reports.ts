import { hash, timingSafeEqual } from 'node:crypto'
import type { Receipt } from '../../core/delivery/receipt.ts'
import type {
  CallbackAnswer,
  CallbackReader,
  CallbackRequest,
  GoneAddress,
} from '../../core/ports/callback-reader.ts'
import { parseJson } from '../answer-json.ts'
import type { FieldReader } from '../field-reader.ts'

/** What a vendor says of one message; undefined where that is nothing we know. */
export interface SmsReport {
  readonly receipt?: Receipt | undefined
  readonly gone?: GoneAddress | undefined
}

export interface UnsignedReports {
  /** The last segment of the path that the vendor calls. */
  readonly secret: string
  /** Undefined where it is no report. */
  readOne(value: unknown, nowMs: number): SmsReport | undefined
  /** What the vendor wants to hear, in JSON. */
  readonly reply: string
}

/**
 * Lists of reports that carry no signature: whoever knows the path is believed. It is compared in
 * constant time, as any secret is.
 */
export function createUnsignedReports({ secret, readOne, reply }: UnsignedReports): CallbackReader {
  return {
    read(request) {
      if (!isSecret(lastSegment(request), secret)) return refused('it does not know the path', 401)
      if (request.method !== 'POST') return refused('it is no POST', 405)
      const list = parseJson(request.body.toString())
      if (!Array.isArray(list)) return refused('it is no list of reports', 400)
      const reports = list.map((one: unknown) => readOne(one, request.nowMs))
      // One that is new to us must not keep the others: the vendor would send all of them again.
      const isNone = reports.every((one) => one === undefined)
      if (isNone && reports.length > 0) return refused('no report of it is one', 400)
      return understood(reports, { contentType: 'application/json', body: reply, status: 200 })
    },
  }
}

export function understood(
  reports: readonly (SmsReport | undefined)[],
  reply: { readonly status: number; readonly contentType: string; readonly body: string },
): CallbackAnswer {
  return {
    kind: 'understood',
    receipts: reports.flatMap((one) => one?.receipt ?? []),
    gone: reports.flatMap((one) => one?.gone ?? []),
    reply,
  }
}

export function refused(reason: string, status: 400 | 401 | 405): CallbackAnswer {
  return { kind: 'refused', reason, status }
}

function lastSegment({ url }: CallbackRequest): string {
  return URL.parse(url, 'http://localhost')?.pathname.split('/').at(-1) ?? ''
}

/** By their digests, which have the same length. */
function isSecret(given: string, secret: string): boolean {
  return timingSafeEqual(digest(given), digest(secret))
}

function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer')
}

export function readReportSecret(fields: FieldReader): string | undefined {
  const secret = fields.optionalSecret('reportSecret')
  const problem = secret === undefined ? undefined : reportSecretFault(secret)
  if (problem !== undefined) fields.fault('reportSecret', problem, 'make one: openssl rand -hex 32')
  return secret
}

/** It is written in an address, where nothing may have to be escaped. */
function reportSecretFault(secret: string): string | undefined {
  return /^[A-Za-z0-9_-]{22,128}$/.test(secret)
    ? undefined
    : 'is not 22 to 128 letters, digits, hyphens and underscores'
}
