import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import { isCertificateFault } from '../certificate-fault.ts'

/**
 * What a vendor's code means. `address-gone`: this number never takes a text message. What speaks
 * against one number or one text is `rejected`, so that it does not stop the others.
 */
export type Meaning =
  | { readonly means: 'rejected' | 'misconfigured' }
  | { readonly means: 'address-gone'; readonly mayBeOurs?: true }
  | { readonly means: 'unavailable'; readonly retryAfterMs?: number }

export type MeaningTable = Readonly<Record<string, Meaning>>

export const GONE: Meaning = { means: 'address-gone' }
/** A number that looks right to us: the vendor may only not reach it by what we have set up. */
export const MAYBE_GONE: Meaning = { means: 'address-gone', mayBeOurs: true }
export const REJECTED: Meaning = { means: 'rejected' }
export const MISCONFIGURED: Meaning = { means: 'misconfigured' }
export const UNAVAILABLE: Meaning = { means: 'unavailable' }
export const LATER = (retryAfterMs: number): Meaning => ({ means: 'unavailable', retryAfterMs })

/** Of the code itself, else of the family it belongs to: `LimitExceeded` of `LimitExceeded.New`. */
export function meaningOf(table: MeaningTable, code: string): Meaning | undefined {
  for (let name = code; name !== ''; name = name.slice(0, Math.max(0, name.lastIndexOf('.')))) {
    const meaning = Object.hasOwn(table, name) ? table[name] : undefined
    if (meaning !== undefined) return meaning
  }
  return undefined
}

/** Of a status without a code that we know. */
export function meaningOfStatus(status: number): Meaning {
  if (status === 401 || status === 403 || status === 404) return MISCONFIGURED
  if (status >= 300 && status < 400) return MISCONFIGURED
  if (status === 408 || status === 429 || status >= 500 || status < 300) return UNAVAILABLE
  return REJECTED
}

/** What looks like a phone number: whose it is belongs in no log. */
const NUMBERS = /\+?\d{9,15}/g

/** `saidMs`: how long the answer itself asks us to wait. */
export function outcomeAs(meaning: Meaning, words: string, saidMs?: number): SendOutcome {
  const reason = words.replaceAll(NUMBERS, '…')
  const { means } = meaning
  if (means === 'address-gone') {
    return { kind: means, reason, ...(meaning.mayBeOurs && { mayBeOurs: true }) }
  }
  if (means !== 'unavailable') return { kind: means, reason }
  const retryAfterMs = saidMs ?? meaning.retryAfterMs
  return { kind: 'unavailable', reason, ...(retryAfterMs !== undefined && { retryAfterMs }) }
}

/** Of a call that has no answer. It may have reached the vendor: nobody knows. */
export function outcomeOfBreakage(error: unknown): SendOutcome {
  const reason = error instanceof Error ? error.message || error.name : String(error)
  return { kind: isCertificateFault(error) ? 'misconfigured' : 'unavailable', reason }
}
