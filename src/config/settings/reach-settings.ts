import { choice, onOff } from '../kinds/choice-kinds.ts'
import { type Ladders, ladder } from '../kinds/ladder-kind.ts'
import { duration, integer } from '../kinds/number-kinds.ts'
import type { DefaultedSetting, Setting } from '../setting.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

export const REACH_DEVICES: DefaultedSetting<'user-offline' | 'device-offline' | 'desktop-first'> =
  {
    name: 'HERALD_REACH_DEVICES',
    kind: choice(['user-offline', 'device-offline', 'desktop-first']),
    fallback: 'user-offline',
    help: 'Which devices are notified: all if none of the user is online; each that is offline; or as the first, but the mobile ones after a delay while only web or desktop ones are online',
  }

export const DESKTOP_DELAY: DefaultedSetting<number> = {
  name: 'HERALD_DESKTOP_DELAY',
  kind: duration({ min: 0, max: DAY }),
  fallback: 2 * MINUTE,
  help: 'How long desktop-first waits for the desktop before it turns to the mobile devices',
}

export const PRESENCE_GRACE: DefaultedSetting<number> = {
  name: 'HERALD_PRESENCE_GRACE',
  kind: duration({ min: 0, max: HOUR }),
  fallback: 0,
  help: 'How long a device that went offline is waited for before it is notified',
}

export const LADDER: DefaultedSetting<Ladders> = {
  name: 'HERALD_LADDER',
  kind: ladder,
  fallback: { byDefault: [{ channel: 'push', afterMs: 0 }], byKind: {} },
  help: 'The channels that a message climbs through until the user has come online or has read it',
}

export const LADDER_STOPS_ON_ACCEPTED: DefaultedSetting<boolean> = {
  name: 'HERALD_LADDER_STOPS_ON_ACCEPTED',
  kind: onOff,
  fallback: true,
  help: 'Whether a ladder also stops at a step that a provider has accepted',
}

export const MENTION_ALL: DefaultedSetting<'members' | 'admins'> = {
  name: 'HERALD_MENTION_ALL',
  kind: choice(['members', 'admins']),
  fallback: 'admins',
  help: 'Who may mention everybody in a group: each member, or its owner and admins',
}

export const MESSAGE_TTL: DefaultedSetting<number> = {
  name: 'HERALD_MESSAGE_TTL',
  kind: duration({ min: 1000, max: 28 * DAY }),
  fallback: DAY,
  help: 'For how long after a message its notification is worth sending, unless the message says so itself',
}

export const MESSAGE_TTL_MAX: DefaultedSetting<number> = {
  name: 'HERALD_MESSAGE_TTL_MAX',
  kind: duration({ min: 1000, max: 28 * DAY }),
  fallback: 7 * DAY,
  help: 'The longest such time that an ordinary sender may ask for',
}

export const QUIET_SPREAD: DefaultedSetting<number> = {
  name: 'HERALD_QUIET_SPREAD',
  kind: duration({ min: 0, max: HOUR }),
  fallback: MINUTE,
  help: "Over how long what waited for the end of users' quiet hours is spread",
}

export const COALESCE_WINDOW: DefaultedSetting<number> = {
  name: 'HERALD_COALESCE_WINDOW',
  kind: duration({ min: 0, max: 10 * MINUTE }),
  fallback: 3000,
  help: 'How long after a notification the next ones of its conversation are gathered into one',
}

export const DIGEST_WINDOW: DefaultedSetting<number> = {
  name: 'HERALD_DIGEST_WINDOW',
  kind: duration({ min: 0, max: DAY }),
  fallback: 10 * MINUTE,
  help: 'For how long mails to a mailbox gather before they go out as one, unless the user has said so',
}

export const LATE_PUSH: DefaultedSetting<boolean> = {
  name: 'HERALD_LATE_PUSH',
  kind: onOff,
  fallback: true,
  help: 'Whether users who only seemed to be online are notified once that shows',
}

export const LATE_PUSH_GROUP_MAX: DefaultedSetting<number> = {
  name: 'HERALD_LATE_PUSH_GROUP_MAX',
  kind: integer({ min: 1, max: 100_000 }),
  fallback: 100,
  help: 'How many members of a group may be online for that to hold for its messages, at most',
}

export const ACK_WITHIN: Setting<number> = {
  name: 'HERALD_ACK_WITHIN',
  kind: duration({ min: 1000, max: DAY }),
  help: 'How long a device may take to acknowledge a message before its user is notified',
  unset: 'users are notified once the connection turns out to be lost',
}
