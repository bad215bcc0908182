import { type Static, Type } from 'typebox'
import type { Preferences, PreferencesChange } from '../../core/directory/preferences.ts'
import type { QuietHours } from '../../core/reach/reach-facts.ts'
import { choice, Identifier, line, named, nullable, Time } from '../schemas.ts'
import { Locale } from './address-schemas.ts'

const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const ZONE_CHARACTERS_MAX = 64
const DIGEST_MINUTES_MAX = 1_440

export const Notify = choice(
  ['all', 'mentions', 'none'],
  'What is told of: everything, what mentions the user, nothing.',
)

const TimeOfDay = Type.String({ pattern: '^([01][0-9]|2[0-3]):[0-5][0-9]$', examples: ['22:00'] })

const QuietHoursBody = named(
  'QuietHours',
  {
    days: Type.Array(choice(DAYS), {
      minItems: 1,
      maxItems: DAYS.length,
      uniqueItems: true,
      description: 'On which they begin.',
    }),
    from: TimeOfDay,
    to: TimeOfDay,
    zone: line(ZONE_CHARACTERS_MAX, 'Of the IANA, such as Europe/Berlin.'),
    action: choice(
      ['defer', 'silence', 'drop'],
      'Told when they are over, told without a sound, or not told.',
    ),
  },
  'When nobody wants to be woken; across midnight where `to` is not after `from`.',
)

const DigestMinutes = Type.Integer({
  minimum: 0,
  maximum: DIGEST_MINUTES_MAX,
  description: 'For how long mails gather; 0: not at all; null leaves it to the installation.',
})

export const PreferencesBody = named(
  'Preferences',
  {
    uid: Identifier,
    notify: Notify,
    mutedUntil: nullable(Time),
    hidePreview: Type.Boolean({ description: 'Notifications leave out what was written.' }),
    locale: nullable(Type.String()),
    quietHours: nullable(QuietHoursBody),
    digestMinutes: nullable(DigestMinutes),
  },
  'What a user wants to hear of, wherever a conversation has no settings of its own.',
)

export const PreferencesPatch = named(
  'PreferencesPatch',
  {
    notify: Type.Optional(nullable(Notify)),
    mutedUntil: Type.Optional(nullable(Time)),
    hidePreview: Type.Optional(nullable(Type.Boolean())),
    locale: Type.Optional(nullable(Locale)),
    quietHours: Type.Optional(nullable(QuietHoursBody)),
    digestMinutes: Type.Optional(nullable(DigestMinutes)),
  },
  'RFC 7396: what is left out stays, null is as if it was never set. Quiet hours are set as a whole.',
)

export function preferencesBody(preferences: Preferences): Static<typeof PreferencesBody> {
  const { uid, notify, mutedUntil, hidePreview, locale, quietHours, digestMinutes } = preferences
  return {
    uid,
    notify,
    mutedUntil: mutedUntil?.toISOString() ?? null,
    hidePreview,
    locale: locale ?? null,
    quietHours: quietHours === undefined ? null : quietHoursBody(quietHours),
    digestMinutes: digestMinutes ?? null,
  }
}

export function readPreferences(patch: Static<typeof PreferencesPatch>): PreferencesChange {
  const { notify, mutedUntil, hidePreview, quietHours, ...plain } = patch
  return {
    ...plain,
    ...(notify !== undefined && { notify: notify ?? 'all' }),
    ...(mutedUntil !== undefined && { mutedUntil: readTime(mutedUntil) }),
    ...(hidePreview !== undefined && { hidePreview: hidePreview ?? false }),
    ...(quietHours !== undefined && { quietHours: quietHours && readQuietHours(quietHours) }),
  }
}

export function readTime(text: string | null): Date | null {
  return text === null ? null : new Date(text)
}

function quietHoursBody({ days, ...others }: QuietHours): Static<typeof QuietHoursBody> {
  return { days: DAYS.filter((_, at) => (days & (1 << at)) !== 0), ...others }
}

function readQuietHours({ days, ...others }: Static<typeof QuietHoursBody>): QuietHours {
  return { days: days.reduce((bits, day) => bits | (1 << DAYS.indexOf(day)), 0), ...others }
}
