import type { AddressedNotification } from '../delivery/notification.ts'
import type { SendOutcome } from '../delivery/send-outcome.ts'
import type { Channel } from '../reach/reach-policy.ts'
import type { CallbackReader } from './callback-reader.ts'

/** Whoever carries notifications to their addresses. */
export interface Provider {
  /** As addresses name it. */
  readonly name: string
  /** What kinds of address it reaches. */
  readonly channels: readonly Channel[]
  /** Answers, or throws where something broke; gives up when `signal` says so. */
  send(message: AddressedNotification, signal: AbortSignal): Promise<SendOutcome>
  /** What `send` would send, for people to read: everything but secrets, byte for byte. */
  preview(message: AddressedNotification): ProviderRequest
  /** Asks the vendor whether it takes our credentials; nobody is notified. Does not throw. */
  check(signal: AbortSignal): Promise<ProviderCheck>
  /** What the vendor tells later of what it accepted; undefined where it tells nothing. */
  readonly callbacks: CallbackReader | undefined
  close(): Promise<void>
}

/** A call to a provider, in writing. */
export interface ProviderRequest {
  /** `POST https://api.push.apple.com/3/device/…`, or `smtp://mail.example.com:587`. */
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One sentence each; `proven` only where the vendor itself has said so. */
export type ProviderCheck =
  | { readonly kind: 'proven'; readonly said: string }
  | { readonly kind: 'refused'; readonly problem: string; readonly remedy: string }
  /** The vendor can't be reached, or has no way to prove credentials without sending. */
  | { readonly kind: 'unproven'; readonly why: string }
