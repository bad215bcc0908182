import type { MessageKind } from './chat-message.ts'

export const CHANNELS = ['push', 'email', 'sms'] as const
export type Channel = (typeof CHANNELS)[number]

/** `step` after step, a message climbs to the next channel unless something has stopped it. */
export interface LadderStep {
  readonly channel: Channel
  /** From the decision, so that each step's is longer than the one's before. */
  readonly afterMs: number
}

/** What an installation decides about notifications. */
export interface ReachPolicy {
  /**
   * `user-offline`: only if none of the user's devices is online. `device-offline`: each device that is
   * offline. `desktop-first`: as user-offline, but while only web or desktop devices are online, the
   * mobile ones after a delay.
   */
  readonly devices: 'user-offline' | 'device-offline' | 'desktop-first'
  readonly desktopDelayMs: number
  /** A device counts as online for this long after its last connection ended. */
  readonly presenceGraceMs: number
  readonly ladders: Readonly<Record<MessageKind, readonly LadderStep[]>>
  /** What stops a ladder beside being online and having read: a step that a provider accepted. */
  readonly ladderStopsOnAccepted: boolean
  /** Who may mention everybody in a group. */
  readonly mentionAll: 'members' | 'admins'
  readonly ttlSeconds: { readonly byDefault: number; readonly senderMax: number }
  /** Deferred notifications are spread over this time after quiet hours end. */
  readonly quietSpreadMs: number
  /** After a push, what follows in the conversation waits this long, so that it folds. */
  readonly coalesceMs: number
  /** For how long mails gather, unless the user says so; nothing: each goes alone. */
  readonly digestMs: number
  /** Acknowledgements are awaited of a message's online recipients, unless they are more than these. */
  readonly halfOpenGroupMax: number
}

/** Platforms on which people sit at a desk; all others go with them. */
export const DESKTOP_PLATFORMS = ['web', 'desktop', 'windows', 'macos', 'linux'] as const
