import type { NotificationSetting } from '../reach/reach-facts.ts'
import type { MessageKind } from '../reach/chat-message.ts'

/** What is known of a delivery at the moment in which it is to be sent. Times are milliseconds since 1970. */
export interface SendFacts {
  /** The newest message that it stands for; undefined where it is older than what is kept. */
  readonly message: SendMessage | undefined
  readonly decidedAt: number
  readonly expiresAt: number
  /** Decided again, because the recipient had only seemed to be online. */
  readonly isLate: boolean
  readonly hasAddress: boolean
  readonly user: 'active' | 'disabled' | 'unknown'
  readonly isDeviceRevoked: boolean
  /** The recipient's, in the group that the message is about. */
  readonly role: 'owner' | 'admin' | 'member' | undefined
  readonly blocksSender: boolean
  readonly account: NotificationSetting
  /** Wins over the account's, setting by setting. */
  readonly conversation: Partial<NotificationSetting>
  readonly readAt: number | undefined
  /** The device of the address, where it has one and has ever been connected. */
  readonly device: SendDevice | undefined
  /** The user's other devices that are online, or were connected after the message. */
  readonly otherDevices: readonly OtherSendDevice[]
  readonly isPersonal: boolean
  readonly hasAcceptedStep: boolean
}

export interface SendMessage {
  readonly kind: MessageKind | 'clear'
  readonly sentAt: number
  /** These two also where it is only the oldest of a folded run that is so. */
  readonly isForced: boolean
  readonly isMention: boolean
}

export interface SendDevice {
  readonly isOnline: boolean
  readonly connectedAt: number | undefined
}

export interface OtherSendDevice extends SendDevice {
  readonly platform: string | undefined
  /** Of the session that the newest connection has: undefined where it does not outlive connections. */
  readonly sessionSince: number | undefined
}
