import type { Receipt } from '../delivery/receipt.ts'

/** Understands what a vendor calls us with, and nothing that anybody else does. Does not throw. */
export interface CallbackReader {
  read(request: CallbackRequest): CallbackAnswer
}

export interface CallbackRequest {
  readonly method: string
  /** As the vendor knows it, with its query: what signatures are made over. */
  readonly url: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
  readonly nowMs: number
}

export type CallbackAnswer =
  | {
      readonly kind: 'understood'
      readonly receipts: readonly Receipt[]
      /** Addresses that reach nobody, or whose owners want nothing more. */
      readonly gone: readonly GoneAddress[]
      readonly reply: CallbackReply
    }
  /** Not the vendor, or not in its words: `reason` is for the log. */
  | { readonly kind: 'refused'; readonly reason: string; readonly status: 400 | 401 | 405 }

/** Which address: the provider that calls, and the token. */
export interface GoneAddress {
  readonly token: string
  readonly reason: string
}

export interface CallbackReply {
  readonly status: number
  readonly contentType: string
  readonly body: string
}
