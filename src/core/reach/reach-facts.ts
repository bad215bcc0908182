import type { Channel } from './reach-policy.ts'

export type NotifyLevel = 'all' | 'mentions' | 'none'

/** What is known of one recipient of one message at the moment of the decision. */
export interface ReachFacts {
  readonly uid: string
  readonly user: 'active' | 'disabled' | 'unknown'
  /** Of a group message: whether the recipient is in the group. */
  readonly isMember: boolean
  /** The sender's role in the group that the message is about. */
  readonly senderRole: 'owner' | 'admin' | 'member' | undefined
  readonly blocksSender: boolean
  readonly account: NotificationSetting
  /** Wins over the account's, setting by setting. */
  readonly conversation: Partial<NotificationSetting>
  readonly quietHours: QuietHours | undefined
  /** For how long mails to the recipient gather; undefined leaves it to the policy. */
  readonly digestMs: number | undefined
  /** How far the recipient has read the conversation, in milliseconds since 1970. */
  readonly readAt: number | undefined
  readonly devices: readonly ReachDevice[]
  readonly addresses: readonly ReachAddress[]
}

export interface NotificationSetting {
  readonly notify: NotifyLevel
  /** In milliseconds since 1970; in the past: not muted. */
  readonly mutedUntil: number | undefined
}

/** Local times, `HH:MM`, of an IANA zone; across midnight where `to` is not after `from`. */
export interface QuietHours {
  /** Bit 0 is Monday: the days on which quiet hours begin. */
  readonly days: number
  readonly from: string
  readonly to: string
  readonly zone: string
  readonly action: 'defer' | 'silence' | 'drop'
}

export interface ReachDevice {
  readonly deviceId: string
  readonly platform: string | undefined
  readonly isRevoked: boolean
  readonly isOnline: boolean
  readonly disconnectedAt: number | undefined
}

export interface ReachAddress {
  readonly id: string
  readonly channel: Channel
  readonly provider: string
  readonly deviceId: string | undefined
}
