import type { Generated, GeneratedAlways } from 'kysely'

/** What people ask of each other, and what they are told of it, as Kysely sees it. */
export interface RequestTables {
  requests: RequestsTable
  announcements: AnnouncementsTable
}

interface RequestsTable {
  id: GeneratedAlways<string>
  kind: 'friend-request' | 'join-request' | 'invitation'
  fromUid: string
  toUid: string | null
  groupId: string | null
  state: Generated<'open' | 'accepted' | 'declined' | 'expired'>
  said: string | null
  createdAt: Date
  askedAt: Date
  expiresAt: Date
  decidedAt: Date | null
}

interface AnnouncementsTable {
  id: GeneratedAlways<string>
  requestId: string
  topic: string
  payload: string
  attempt: Generated<number>
  wakeAt: Date
  expiresAt: Date
}
