import { DomainError } from '../domain-error.ts'
import type { Stores } from '../ports/unit-of-work.ts'
import { checkFuture, checkIdentifier, readLocale } from './checks.ts'
import { checkConversation, isConversation } from './conversation-form.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { userNotFound } from './not-found.ts'
import type { Page, PageRequest } from './page.ts'
import type {
  ConversationChange,
  ConversationPreferences,
  Preferences,
  PreferencesChange,
} from './preferences.ts'
import { checkQuietHours } from './quiet-hours-form.ts'
import { readUserPage } from './user-page.ts'

export interface NotificationSettings {
  show(uid: string): Promise<Preferences>
  set(uid: string, change: PreferencesChange): Promise<Preferences>
  /** The conversations with settings of their own, in their order. */
  listConversations(uid: string, page?: PageRequest): Promise<Page<ConversationPreferences>>
  showConversation(uid: string, conversation: string): Promise<ConversationPreferences>
  setConversation(
    uid: string,
    conversation: string,
    change: ConversationChange,
  ): Promise<ConversationPreferences>
  /** Leaves the conversation to the account's settings again. */
  forgetConversation(uid: string, conversation: string): Promise<void>
}

export function createNotificationSettings(parts: DirectoryParts): NotificationSettings {
  return {
    show: (uid) => change(parts, uid, ({ preferences }) => preferences.find(uid)),
    set: (uid, wanted) => set(parts, uid, wanted),
    listConversations: (uid, page = {}) =>
      readUserPage(
        parts,
        uid,
        page,
        ({ conversation }) => conversation,
        ({ preferences }, slice) => preferences.listConversations(uid, slice),
        isConversation,
      ),
    showConversation: (uid, conversation) => showConversation(parts, uid, conversation),
    setConversation: (uid, conversation, wanted) =>
      setConversation(parts, uid, conversation, wanted),
    forgetConversation: (uid, conversation) => forget(parts, uid, conversation),
  }
}

async function set(
  parts: DirectoryParts,
  uid: string,
  wanted: PreferencesChange,
): Promise<Preferences> {
  checkMute(wanted, parts)
  const { locale, quietHours, digestMinutes } = wanted
  if (typeof digestMinutes === 'number') checkDigest(digestMinutes)
  if (quietHours) checkQuietHours(quietHours)
  const checked =
    typeof locale === 'string' ? { ...wanted, locale: readLocale('locale', locale) } : wanted
  return change(parts, uid, async ({ preferences }) => {
    if (quietHours && !(await preferences.isZone(quietHours.zone))) {
      const message = `the database knows no time zone "${quietHours.zone}"`
      throw new DomainError('INVALID_TIME_ZONE', message, 'quietHours')
    }
    return preferences.set(uid, checked)
  })
}

async function showConversation(
  parts: DirectoryParts,
  uid: string,
  conversation: string,
): Promise<ConversationPreferences> {
  checkConversation(conversation)
  const found = await change(parts, uid, ({ preferences }) =>
    preferences.findConversation(uid, conversation),
  )
  if (found === undefined) throw preferencesNotFound(uid, conversation)
  return found
}

async function setConversation(
  parts: DirectoryParts,
  uid: string,
  conversation: string,
  wanted: ConversationChange,
): Promise<ConversationPreferences> {
  checkConversation(conversation)
  checkMute(wanted, parts)
  return change(parts, uid, ({ preferences }) =>
    preferences.setConversation(uid, conversation, wanted),
  )
}

async function forget(parts: DirectoryParts, uid: string, conversation: string): Promise<void> {
  checkConversation(conversation)
  const removed = await change(parts, uid, ({ preferences }) =>
    preferences.removeConversation(uid, conversation),
  )
  if (!removed) throw preferencesNotFound(uid, conversation)
}

function preferencesNotFound(uid: string, conversation: string): DomainError {
  const message = `"${uid}" has no settings for ${conversation}`
  return new DomainError('PREFERENCES_NOT_FOUND', message, 'conversation')
}

/** As the database has it. */
const DIGEST_MINUTES_MAX = 1_440

function checkDigest(minutes: number): void {
  if (Number.isInteger(minutes) && minutes >= 0 && minutes <= DIGEST_MINUTES_MAX) return
  const message = 'digestMinutes must be whole minutes, a day at most'
  throw new DomainError('INVALID_DIGEST', message, 'digestMinutes')
}

function checkMute(
  { mutedUntil }: { readonly mutedUntil?: Date | null },
  { now }: DirectoryParts,
): void {
  if (mutedUntil) checkFuture('mutedUntil', mutedUntil, now())
}

/** Does `work` for a user who is there. */
async function change<Result>(
  { unitOfWork }: DirectoryParts,
  uid: string,
  work: (stores: Stores) => Promise<Result>,
): Promise<Result> {
  checkIdentifier('uid', uid)
  return unitOfWork.run(async (stores) => {
    if (!(await stores.users.hold([uid])).has(uid)) throw userNotFound(uid)
    return work(stores)
  })
}
