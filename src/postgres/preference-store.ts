import { type Insertable, type Kysely, sql } from 'kysely'
import type {
  ConversationPreferences,
  Preferences,
  PreferencesChange,
} from '../core/directory/preferences.ts'
import type { PreferenceStore } from '../core/ports/preference-store.ts'
import type { QuietHours } from '../core/reach/reach-facts.ts'
import type { Database } from './tables.ts'

const COLUMNS = [
  'notify',
  'mutedUntil',
  'hidePreview',
  'locale',
  'quietDays',
  'quietFrom',
  'quietTo',
  'quietZone',
  'quietAction',
  'digestMinutes',
] as const

const CONVERSATION_COLUMNS = ['conversation', 'notify', 'mutedUntil'] as const

export function createPreferenceStore(db: Kysely<Database>): PreferenceStore {
  return {
    async find(uid) {
      const row = await db
        .selectFrom('preferences')
        .select(COLUMNS)
        .where('userId', '=', uid)
        .executeTakeFirst()
      return row === undefined ? defaultsOf(uid) : toPreferences(uid, row)
    },

    async set(uid, change) {
      // Set to itself where nothing is to change, so that there is a row to return.
      const columns = { userId: uid, ...columnsOf(change) }
      const row = await db
        .insertInto('preferences')
        .values(columns)
        .onConflict((conflict) => conflict.column('userId').doUpdateSet(columns))
        .returning(COLUMNS)
        .executeTakeFirstOrThrow()
      return toPreferences(uid, row)
    },

    async listConversations(uid, { after, limit }) {
      const rows = await db
        .selectFrom('conversationPreferences')
        .select(CONVERSATION_COLUMNS)
        .where('userId', '=', uid)
        .where('conversation', '>', after)
        .orderBy('conversation')
        .limit(limit)
        .execute()
      return rows.map((row) => toConversation(uid, row))
    },

    async findConversation(uid, conversation) {
      const row = await db
        .selectFrom('conversationPreferences')
        .select(CONVERSATION_COLUMNS)
        .where('userId', '=', uid)
        .where('conversation', '=', conversation)
        .executeTakeFirst()
      return row && toConversation(uid, row)
    },

    async setConversation(uid, conversation, change) {
      const columns = { userId: uid, conversation, ...change }
      const row = await db
        .insertInto('conversationPreferences')
        .values(columns)
        .onConflict((conflict) => conflict.columns(['userId', 'conversation']).doUpdateSet(columns))
        .returning(CONVERSATION_COLUMNS)
        .executeTakeFirstOrThrow()
      return toConversation(uid, row)
    },

    async removeConversation(uid, conversation) {
      const { numDeletedRows } = await db
        .deleteFrom('conversationPreferences')
        .where('userId', '=', uid)
        .where('conversation', '=', conversation)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    async isZone(zone) {
      const { rows } = await sql<{ isThere: boolean }>`
        select exists (select from pg_timezone_names where lower(name) = lower(${zone})) as is_there
      `.execute(db)
      return rows[0]?.isThere === true
    },
  }
}

type Columns = Omit<Insertable<Database['preferences']>, 'userId'>

function columnsOf({ quietHours, ...plain }: PreferencesChange): Columns {
  if (quietHours === undefined) return plain
  return {
    ...plain,
    quietDays: quietHours?.days ?? null,
    quietFrom: quietHours?.from ?? null,
    quietTo: quietHours?.to ?? null,
    quietZone: quietHours?.zone ?? null,
    quietAction: quietHours?.action ?? null,
  }
}

function defaultsOf(uid: string): Preferences {
  return {
    uid,
    notify: 'all',
    mutedUntil: undefined,
    hidePreview: false,
    locale: undefined,
    quietHours: undefined,
    digestMinutes: undefined,
  }
}

interface Row {
  readonly notify: Preferences['notify']
  readonly mutedUntil: Date | null
  readonly hidePreview: boolean
  readonly locale: string | null
  readonly quietDays: number | null
  readonly quietFrom: string | null
  readonly quietTo: string | null
  readonly quietZone: string | null
  readonly quietAction: QuietHours['action'] | null
  readonly digestMinutes: number | null
}

function toPreferences(uid: string, row: Row): Preferences {
  return {
    uid,
    notify: row.notify,
    mutedUntil: row.mutedUntil ?? undefined,
    hidePreview: row.hidePreview,
    locale: row.locale ?? undefined,
    quietHours: toQuietHours(row),
    digestMinutes: row.digestMinutes ?? undefined,
  }
}

/** All of them are there, or none: a constraint sees to it. */
function toQuietHours(row: Row): QuietHours | undefined {
  const { quietDays, quietFrom, quietTo, quietZone, quietAction } = row
  if (quietDays === null || quietFrom === null || quietTo === null) return undefined
  if (quietZone === null || quietAction === null) return undefined
  return {
    days: quietDays,
    from: quietFrom.slice(0, 'HH:MM'.length),
    to: quietTo.slice(0, 'HH:MM'.length),
    zone: quietZone,
    action: quietAction,
  }
}

function toConversation(
  uid: string,
  row: {
    readonly conversation: string
    readonly notify: ConversationPreferences['notify'] | null
    readonly mutedUntil: Date | null
  },
): ConversationPreferences {
  return {
    uid,
    conversation: row.conversation,
    notify: row.notify ?? undefined,
    mutedUntil: row.mutedUntil ?? undefined,
  }
}
