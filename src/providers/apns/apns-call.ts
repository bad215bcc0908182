/** What became of a call to Apple. */
export type ApnsAnswer =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly apnsId: string
      readonly retryAfter: string | undefined
      readonly body: string
    }
  /** Nobody knows whether Apple has it. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** Whoever is there can't show to be Apple, and was told nothing. */
  | { readonly kind: 'untrusted'; readonly reason: string }

/** One push on its way, over one connection or, where that has certainly not taken it, another. */
export interface ApnsCall {
  readonly headers: readonly string[]
  readonly body: string
  /** How often it was given to a connection. */
  attempts: number
  isSettled: boolean
  /** What a connection does when the call is given up. */
  onGivenUp: (() => void) | undefined
  /** The first one counts. */
  settle(answer: ApnsAnswer): void
}

export function createApnsCall(
  { headers, body }: Pick<ApnsCall, 'headers' | 'body'>,
  signal: AbortSignal,
  resolve: (answer: ApnsAnswer) => void,
): ApnsCall {
  const giveUp = () => {
    call.settle({ kind: 'lost', reason: 'given up before Apple answered' })
    call.onGivenUp?.()
  }
  const call: ApnsCall = {
    headers,
    body,
    attempts: 0,
    isSettled: false,
    onGivenUp: undefined,
    settle(answer) {
      if (call.isSettled) return
      call.isSettled = true
      signal.removeEventListener('abort', giveUp)
      resolve(answer)
    },
  }
  signal.addEventListener('abort', giveUp)
  if (signal.aborted) giveUp()
  return call
}
