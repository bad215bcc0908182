import type { Recheck } from '../delivery/recheck.ts'
import type { MessageKind } from './chat-message.ts'
import type { Channel } from './reach-policy.ts'

/** All that is kept of what became of a message. */
export interface MessageTrace {
  /** 32 hexadecimal digits. */
  readonly id: string
  /** `2026-11-25`. */
  readonly day: string
  readonly kind: MessageKind | 'clear'
  /** `user/{uid}` or `group/{gid}`: whose message it is. */
  readonly inbox: string
  readonly from: string
  readonly sentAt: Date
  readonly expiresAt: Date
  readonly appId: string | undefined
  readonly isSilent: boolean
  readonly isForced: boolean
  readonly mentions: readonly string[]
  readonly mentionsAll: boolean
  readonly deliveries: Some<DeliveryTrace>
  readonly unreached: readonly UnreachedTrace[]
  /** Who counts as online and has not acknowledged it yet. */
  readonly awaited: Some<string>
}

/** The first of them, and how many there are. */
export interface Some<Of> {
  readonly items: readonly Of[]
  readonly total: number
}

export interface DeliveryTrace {
  readonly addressId: string
  readonly uid: string
  readonly deviceId: string | undefined
  /** Undefined where the address is gone. */
  readonly channel: Channel | undefined
  readonly provider: string
  readonly state: DeliveryState
  readonly reason: string | undefined
  readonly isSilent: boolean
  readonly isLate: boolean
  /** Which step of the ladder, from 0. */
  readonly step: number
  readonly decidedAt: Date
  readonly dueAt: Date
  readonly expiresAt: Date
  /** How many calls to the provider there were. */
  readonly attempt: number
  /** Of a folded one: the message whose notification stands for it. */
  readonly carrierId: string | undefined
  /** The provider's own id of what it accepted. */
  readonly providerId: string | undefined
  readonly finishedAt: Date | undefined
  /** What was reported since. */
  readonly deliveredAt: Date | undefined
  readonly openedAt: Date | undefined
  readonly undeliveredAt: Date | undefined
  readonly undeliveredReason: string | undefined
  /** Those that did not end in a yes. */
  readonly attempts: readonly AttemptTrace[]
  /** Of one that waits: what would be said if it were to be sent now. */
  readonly prospect?: Recheck
}

export type DeliveryState =
  | 'queued'
  | 'claimed'
  | 'sent'
  | 'failed'
  | 'expired'
  | 'withdrawn'
  | 'folded'

export interface AttemptTrace {
  readonly attempt: number
  readonly outcome: string
  /** The provider's own words. */
  readonly reason: string | undefined
  readonly retryAt: Date | undefined
  readonly endedAt: Date
}

export interface UnreachedTrace {
  readonly reason: string
  readonly recipients: number
  /** The first of them. */
  readonly uids: readonly string[]
}
