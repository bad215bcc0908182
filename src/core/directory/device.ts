import type { SubscriptionProfile } from '../subscriptions/subscription-profile.ts'

export interface Device {
  readonly clientId: string
  readonly uid: string
  readonly app: string | undefined
  readonly platform: string | undefined
  /** Made by its own first login. */
  readonly selfRegistered: boolean
  /** What it is subscribed to without asking. */
  readonly subscriptionProfile: SubscriptionProfile
  /** How many secrets it may log in with now. */
  readonly secretCount: number
  /** Undefined while the device may log in. */
  readonly revokedAt: Date | undefined
  readonly createdAt: Date
}

export interface NewDevice {
  readonly clientId: string
  readonly uid: string
  readonly app?: string | undefined
  readonly platform?: string | undefined
}

/** What is left out stays as it is; null takes it away. */
export interface DeviceChange {
  readonly app?: string | null | undefined
  readonly platform?: string | null | undefined
  readonly revoked?: boolean | undefined
}
