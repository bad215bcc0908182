import type { AddressedNotification, Notification } from './notification.ts'
import type { SendFacts } from './send-facts.ts'

export interface DeliveryKey {
  readonly day: string
  /** 32 hexadecimal digits. */
  readonly messageId: string
  readonly addressId: string
}

/** A delivery that a worker holds, with all that is needed to send it. */
export interface ClaimedDelivery extends DeliveryKey {
  /** Which attempt this would be, from 1. */
  readonly attempt: number
  /** What bears the same one goes to its address in one mail; undefined: it goes alone. */
  readonly digestId: string | undefined
  /** Its address was not used today yet. */
  readonly isFirstToday: boolean
  readonly facts: SendFacts
  /** Undefined where the address or the message is gone. */
  readonly parcel: Parcel | undefined
}

/** What goes to a provider, before what the recipient hides is taken out. */
export interface Parcel {
  readonly address: AddressedNotification['address']
  readonly content: Omit<Notification, 'badge'>
  /** Messages that the recipient has not read. */
  readonly unread: number
}

/** What becomes of a claimed delivery. */
export interface Settlement {
  /** The claimed delivery itself. */
  readonly key: DeliveryKey
  readonly state: 'sent' | 'failed' | 'expired' | 'withdrawn' | 'queued'
  readonly reason: string | undefined
  /** The provider's own id of what it accepted. */
  readonly providerId: string | undefined
  /** Attempts that count. */
  readonly attempt: number
  /** Of one that is queued again: when it is due. Undefined: as it was. */
  readonly dueAt: number | undefined
  /** Of a call that did not end in a yes. */
  readonly call:
    | { readonly attempt: number; readonly outcome: string; readonly reason: string }
    | undefined
  /** Takes the address away, unless it was registered after `goneSince`. */
  readonly forget: { readonly goneSince: number | undefined } | undefined
  /** Whether the address has to be marked as used today. */
  readonly marksUse: boolean
  readonly endedAt: number
}
