import type { MessageKind } from '../reach/chat-message.ts'
import type { NotifyLevel } from '../reach/reach-facts.ts'

/**
 * What is known of a delivery at the moment in which it is to be sent. Times are milliseconds since
 * 1970; what is only ever compared with another time comes as the answer.
 */
export interface SendFacts {
  /** The newest message that it stands for; undefined where it is older than what is kept. */
  readonly message: SendMessage | undefined
  readonly decidedAt: number
  readonly expiresAt: number
  /** Decided again, because the recipient had only seemed to be online. */
  readonly isLate: boolean
  readonly hasAddress: boolean
  /** To a person, wherever they are, not to a device. */
  readonly isPersonal: boolean
  readonly isUserDisabled: boolean
  readonly isDeviceRevoked: boolean
  /** The recipient's, in the group that the message is about. */
  readonly role: 'owner' | 'admin' | 'member' | undefined
  readonly blocksSender: boolean
  /** The conversation's, else the account's. */
  readonly notify: NotifyLevel
  readonly isMuted: boolean
  readonly hasRead: boolean
  /** The device of the address, where it has one and has ever been connected. */
  readonly device: SendDevice | undefined
  /** The user's other devices that are online, or were connected after the message. */
  readonly otherDevices: readonly OtherSendDevice[]
  /** An earlier step of the ladder was accepted by its provider. */
  readonly hasAcceptedStep: boolean
}

export interface SendMessage {
  readonly kind: MessageKind | 'clear'
  /** These two also where it is only the oldest of a folded run that is so. */
  readonly isForced: boolean
  readonly isMention: boolean
}

/** A device's newest connection. */
export interface SendDevice {
  readonly isOnline: boolean
  readonly isSinceMessage: boolean
  readonly isSinceDecision: boolean
}

export interface OtherSendDevice extends SendDevice {
  readonly platform: string | undefined
  /** Its session outlives connections and is older than the message, so the broker kept it there. */
  readonly hasMessage: boolean
}
