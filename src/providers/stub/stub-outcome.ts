import type { SendOutcome } from '../../core/delivery/send-outcome.ts'

/**
 * What the stub answers, by how a token begins: so that users and tests can play failures.
 *
 * | token | answer |
 * |---|---|
 * | `gone-…` | the address is gone |
 * | `gone-since-1764000000000-…` | it has been gone since then |
 * | `reject-…` | the notification is refused |
 * | `busy-…` | try again, at a time of ours |
 * | `busy-30-…` | try again in 30 s |
 * | `broken-…` | throws |
 * | `hang-…` | no answer, until the call is given up |
 * | `misconfigured-…` | the provider does not know us |
 */
export async function scriptedOutcome(
  token: string,
  signal: AbortSignal,
): Promise<SendOutcome | undefined> {
  const [script] = token.split('-', 1)
  switch (script) {
    case 'gone': {
      const goneSince = numberAfter(token, 'gone-since-')
      return { kind: 'address-gone', reason: 'Unregistered', ...(goneSince && { goneSince }) }
    }
    case 'reject':
      return { kind: 'rejected', reason: 'BadMessage' }
    case 'busy': {
      const seconds = numberAfter(token, 'busy-')
      const retry = seconds && { retryAfterMs: seconds * 1000 }
      return { kind: 'unavailable', reason: 'TooManyRequests', ...retry }
    }
    case 'broken':
      throw new Error('the stub was told to break')
    case 'hang':
      return await untilGivenUp(signal)
    case 'misconfigured':
      return { kind: 'misconfigured', reason: 'InvalidProviderToken' }
    default:
      return undefined
  }
}

/** The whole number between `start` and the next hyphen. */
function numberAfter(token: string, start: string): number | undefined {
  const [word = ''] = token.startsWith(start) ? token.slice(start.length).split('-', 1) : []
  return /^\d+$/.test(word) ? Number(word) : undefined
}

function untilGivenUp(signal: AbortSignal): Promise<SendOutcome> {
  const { promise, resolve } = Promise.withResolvers<SendOutcome>()
  const giveUp = () => resolve({ kind: 'unavailable', reason: 'given up' })
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp, { once: true })
  return promise
}
