import type { Provider } from '../ports/provider.ts'
import type { AddressedNotification } from './notification.ts'
import type { SendOutcome } from './send-outcome.ts'

/** Words that are kept of what went wrong. */
const REASON_MAX = 500

/**
 * Calls a provider and waits no longer than `timeoutMs`, also for one that does not listen to its
 * signal. An exception is an outcome like any other: try again.
 */
export function callProvider(
  provider: Provider,
  message: AddressedNotification,
  timeoutMs: number,
): Promise<SendOutcome> {
  return new Promise((resolve) => {
    const patience = new AbortController()
    const timer = setTimeout(() => {
      resolve({ kind: 'unavailable', reason: `no answer within ${timeoutMs} ms` })
      patience.abort()
    }, timeoutMs)
    const answer = (outcome: SendOutcome) => {
      clearTimeout(timer)
      resolve(outcome)
    }
    const fail = (error: unknown) => answer({ kind: 'unavailable', reason: wordsOf(error) })
    try {
      provider.send(message, patience.signal).then(answer, fail)
    } catch (error) {
      fail(error)
    }
  })
}

function wordsOf(error: unknown): string {
  const words = error instanceof Error ? error.message || error.name : String(error)
  return words.slice(0, REASON_MAX)
}
