import type { AddressedNotification } from '../delivery/notification.ts'
import type { SendOutcome } from '../delivery/send-outcome.ts'

/** Whoever carries notifications to their addresses. */
export interface Provider {
  /** As addresses name it. */
  readonly name: string
  /** Answers, or throws where something broke; gives up when `signal` says so. */
  send(message: AddressedNotification, signal: AbortSignal): Promise<SendOutcome>
  close(): Promise<void>
}
