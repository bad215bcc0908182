import type { CallbackReply, CallbackRequest } from './callback-reader.ts'

/** Takes what providers call us with. */
export interface CallbackDesk {
  /** Answers with a yes only to what is stored. Throws where it could not be. */
  take(provider: string, request: CallbackRequest): Promise<CallbackResult>
}

export type CallbackResult =
  | { readonly kind: 'stored'; readonly reply: CallbackReply }
  | { readonly kind: 'refused'; readonly reason: string; readonly status: 400 | 401 | 405 }
  /** There is no such provider, or it never calls. */
  | { readonly kind: 'unknown' }

/** What is counted of callbacks. */
export interface CallbackMeter {
  called(provider: string, result: CallbackOutcome): void
}

/** `busy`: too many at once; `failed`: it could not be stored. */
export type CallbackOutcome = CallbackResult['kind'] | 'busy' | 'failed'
