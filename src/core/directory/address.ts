import type { Channel } from '../reach/reach-policy.ts'

/** Where a notification goes: to an app on a device, or to a person. */
export interface Address {
  readonly id: string
  readonly uid: string
  /** The device of a push address. */
  readonly clientId: string | undefined
  readonly channel: Channel
  /** Who delivers it. */
  readonly provider: string
  /** What the provider knows it by: a push token or subscription, a mailbox, a telephone number. */
  readonly token: string
  /** Undefined leaves it to the user's preferences. */
  readonly locale: string | undefined
  readonly registeredAt: Date
  readonly createdAt: Date
}

/** A push goes to a device, and with it to its user; everything else to a user. */
export type NewAddress = AddressDetails &
  (
    | { readonly channel: 'push'; readonly clientId: string }
    | { readonly channel: 'email' | 'sms'; readonly uid: string }
  )

interface AddressDetails {
  readonly provider: string
  readonly token: string
  readonly locale?: string | undefined
}
