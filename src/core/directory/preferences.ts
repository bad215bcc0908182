import type { NotifyLevel, QuietHours } from '../reach/reach-facts.ts'

/** What a user wants to hear of, in all conversations that have no settings of their own. */
export interface Preferences {
  readonly uid: string
  readonly notify: NotifyLevel
  /** Undefined or past: not muted. */
  readonly mutedUntil: Date | undefined
  /** Whether notifications leave out what was written. */
  readonly hidePreview: boolean
  /** Undefined leaves it to the installation. */
  readonly locale: string | undefined
  readonly quietHours: QuietHours | undefined
  /** How many minutes mails gather, 0 for not at all; undefined leaves it to the installation. */
  readonly digestMinutes: number | undefined
}

/** Of one conversation; what is undefined here is as for the account. */
export interface ConversationPreferences {
  readonly uid: string
  /** `user/{peer}`, `group/{gid}`, or that of requests or invitations. */
  readonly conversation: string
  readonly notify: NotifyLevel | undefined
  readonly mutedUntil: Date | undefined
}

/** What is left out stays; null takes it away. */
export interface PreferencesChange {
  readonly notify?: NotifyLevel
  readonly mutedUntil?: Date | null
  readonly hidePreview?: boolean
  readonly locale?: string | null
  readonly quietHours?: QuietHours | null
  readonly digestMinutes?: number | null
}

export interface ConversationChange {
  readonly notify?: NotifyLevel | null
  readonly mutedUntil?: Date | null
}
