import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import { isCertificateCode } from '../certificate-fault.ts'
import {
  OUT_OF_ORDER,
  PERMANENT_REPLIES,
  PERMANENT_STATUSES,
  RELAY_DENIED,
  type ReplyMeaning,
  type Stage,
  WAITS_MS,
} from './email-replies.ts'

/** What went wrong between us and a mail server. */
export interface MailFault {
  /** nodemailer's: `EAUTH`, `ETLS`, `ESOCKET`, … */
  readonly code: string | undefined
  /** Node's, where nodemailer has put its own in the place of it. */
  readonly originalCode: string | undefined
  /** The server's answer, which may have several lines. */
  readonly response: string | undefined
  readonly command: string | undefined
  readonly message: string
}

const REASON_MAX = 300

/** What a mail server has taken, by the name that it gave it. */
export function acceptedOutcome(response: string): SendOutcome {
  return { kind: 'accepted', providerId: queueIdOf(response) }
}

export function faultOutcome(fault: MailFault): SendOutcome {
  const reason = wordsOf(fault)
  const meaning = meaningOf(fault)
  switch (meaning) {
    case 'address-gone':
      return { kind: meaning, reason }
    case 'address-gone-or-ours':
      return { kind: 'address-gone', reason, mayBeOurs: true }
    case 'rejected':
    case 'misconfigured':
      return { kind: meaning, reason }
    case 'unavailable': {
      const isSaid = fault.response !== undefined && !fault.response.startsWith('421')
      const retryAfterMs = isSaid ? WAITS_MS.busy : WAITS_MS.unreachable
      return { kind: meaning, reason, retryAfterMs }
    }
  }
}

function meaningOf({ code, originalCode, response, command }: MailFault): ReplyMeaning {
  if (isCertificateCode(originalCode) || isCertificateCode(code)) return 'misconfigured'
  if (response !== undefined && /^[45]/.test(response)) return replyMeaning(response, command)
  switch (code) {
    // No mechanism that both know, or TLS that the server does not offer.
    case 'EAUTH':
    case 'ENOAUTH':
      return 'misconfigured'
    // Our own library would not write it.
    case 'EENVELOPE':
    case 'EMESSAGE':
      return 'rejected'
    default:
      return 'unavailable'
  }
}

function replyMeaning(response: string, command: string | undefined): ReplyMeaning {
  if (response.startsWith('4') || response.startsWith(OUT_OF_ORDER)) return 'unavailable'
  if (RELAY_DENIED.test(response)) return 'misconfigured'
  const stage = stageOf(command)
  // Of a session nothing is about an address, whatever the status says.
  const byStatus = stage === 'session' ? undefined : statusMeaning(statusOf(response), stage)
  if (byStatus !== undefined) return byStatus
  return (
    longest(PERMANENT_REPLIES[stage], response.slice(0, 3), (code) => code.slice(0, -1)) ??
    'rejected'
  )
}

function statusMeaning(status: string | undefined, stage: Stage): ReplyMeaning | undefined {
  if (status === undefined) return undefined
  const meaning = statusTable(status)
  // A sender that is refused is ours, and so is what the server thinks of it.
  const isSenders = stage === 'MAIL FROM' && !status.startsWith('5.3') && !status.startsWith('5.2')
  return meaning !== undefined && isSenders ? 'misconfigured' : meaning
}

/**
 * What is told later of a mail that was accepted. A permanent failure without a better word is the
 * address's; what is known to be about the message, a limit or ourselves is not.
 */
export function bounceMeaning({
  status,
}: {
  readonly status: string
}): 'address-gone' | 'undelivered' {
  if (!status.startsWith('5')) return 'undelivered'
  switch (statusTable(status)) {
    case undefined:
    case 'address-gone':
    case 'address-gone-or-ours':
      return 'address-gone'
    default:
      return 'undelivered'
  }
}

/** Of an enhanced status such as `5.1.1`; undefined where the table does not know it. */
function statusTable(status: string): ReplyMeaning | undefined {
  return longest(PERMANENT_STATUSES, status, (one) =>
    one.slice(0, Math.max(0, one.lastIndexOf('.'))),
  )
}

function longest(
  table: Readonly<Record<string, ReplyMeaning>>,
  key: string,
  shorten: (key: string) => string,
): ReplyMeaning | undefined {
  for (let rest = key; rest !== ''; rest = shorten(rest)) {
    const meaning = table[rest]
    if (meaning !== undefined) return meaning
  }
  return undefined
}

function stageOf(command: string | undefined): Stage {
  switch (command) {
    case 'MAIL FROM':
    case 'RCPT TO':
    case 'DATA':
      return command
    default:
      return 'session'
  }
}

/** RFC 2034: `550 5.1.1 …`. */
function statusOf(response: string): string | undefined {
  return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1]
}

/** What Postfix, Exim, Exchange and others call the message, else all that they say. */
function queueIdOf(response: string): string {
  const [, named] =
    /\b(?:queued as|queued mail for delivery as|id=|ok id=)\s*<?([\w.@-]+)/i.exec(response) ?? []
  return named ?? response.replace(/^\d{3}[ -](\d\.\d\.\d )?/, '').slice(0, 100)
}

function wordsOf({ response, message, originalCode }: MailFault): string {
  const said = response === undefined ? message : response.replaceAll(/\s+/g, ' ')
  const cause =
    originalCode !== undefined && !said.includes(originalCode) ? ` (${originalCode})` : ''
  return `${said}${cause}`.slice(0, REASON_MAX)
}
