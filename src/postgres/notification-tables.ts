import type { ColumnType, Generated, GeneratedAlways } from 'kysely'

/** The tables of who is online, what was written, and who is told of it. */
export interface NotificationTables {
  addresses: AddressesTable
  preferences: PreferencesTable
  conversationPreferences: ConversationPreferencesTable
  readMarks: ReadMarksTable
  devicePresence: DevicePresenceTable
  goneNodes: GoneNodesTable
  messages: MessagesTable
  unreached: UnreachedTable
  deliveries: DeliveriesTable
  attempts: AttemptsTable
  conversationSlots: ConversationSlotsTable
  awaitedAcks: AwaitedAcksTable
  rejectedEvents: RejectedEventsTable
  providerCircuits: ProviderCircuitsTable
  sendCounts: SendCountsTable
  brokerSessions: BrokerSessionsTable
  brokerCaches: BrokerCachesTable
  brokerNodes: BrokerNodesTable
}

interface AddressesTable {
  id: GeneratedAlways<string>
  userId: string
  deviceId: string | null
  channel: 'push' | 'email' | 'sms'
  provider: string
  token: string
  locale: string | null
  registeredAt: Generated<Date>
  createdAt: ColumnType<Date, Date | undefined, never>
  /** `2026-11-25`. */
  usedOn: Generated<string>
}

interface PreferencesTable {
  userId: string
  notify: Generated<'all' | 'mentions' | 'none'>
  mutedUntil: Date | null
  hidePreview: Generated<boolean>
  locale: string | null
  quietDays: number | null
  /** `22:00:00`. */
  quietFrom: string | null
  quietTo: string | null
  quietZone: string | null
  quietAction: 'defer' | 'silence' | 'drop' | null
  digestMinutes: number | null
}

interface ConversationPreferencesTable {
  userId: string
  conversation: string
  notify: 'all' | 'mentions' | 'none' | null
  mutedUntil: Date | null
}

interface ReadMarksTable {
  userId: string
  conversation: string
  readAt: Date
}

interface DevicePresenceTable {
  deviceId: string
  userId: string
  isOnline: Generated<boolean>
  /** Written as JSON text: `pg` would make a Postgres array of an array. */
  connections: ColumnType<object, string | undefined, string>
  node: string | null
  connectedAt: Date | null
  cleanStart: boolean | null
  expirySeconds: string | null
  keepaliveSeconds: number | null
  sessionSince: Date | null
  disconnectedAt: Date | null
  lastSeenAt: Date | null
}

interface GoneNodesTable {
  node: string
  goneAt: Date
}

interface MessagesTable {
  /** `2026-11-25`, as in every table that is partitioned by it. */
  day: string
  id: string
  kind:
    | 'direct-message'
    | 'friend-request'
    | 'group-message'
    | 'join-request'
    | 'invitation'
    | 'clear'
  inbox: string
  gid: string | null
  fromUid: string
  sentAt: Date
  expiresAt: Date
  appId: string | null
  mentions: string[] | null
  mentionsAll: Generated<boolean>
  isSilent: Generated<boolean>
  isForced: Generated<boolean>
  /** Written as JSON text. */
  content: ColumnType<object | null, string | null | undefined, string | null>
}

interface UnreachedTable {
  day: string
  messageId: string
  reason: string
  recipients: number
  uids: string[]
}

interface DeliveriesTable {
  day: string
  messageId: string
  addressId: string
  userId: string
  deviceId: string | null
  provider: string
  conversation: string
  state: Generated<'queued' | 'claimed' | 'sent' | 'failed' | 'expired' | 'withdrawn' | 'folded'>
  reason: string | null
  isSilent: Generated<boolean>
  isLate: Generated<boolean>
  step: Generated<number>
  decidedAt: Date
  dueAt: Date
  expiresAt: Date
  wakeAt: Date
  attempt: Generated<number>
  lease: string | null
  carrierDay: string | null
  carrierId: string | null
  providerId: string | null
  finishedAt: Date | null
  deliveredAt: Date | null
  openedAt: Date | null
  undeliveredAt: Date | null
  undeliveredReason: string | null
  gathersAt: Date | null
  digestId: string | null
}

interface AttemptsTable {
  day: string
  messageId: string
  addressId: string
  attempt: number
  outcome: string
  reason: string | null
  retryAt: Date | null
  endedAt: Date
}

interface ConversationSlotsTable {
  addressId: string
  conversation: string
  state: 'waiting' | 'claimed' | 'sent'
  carrierDay: string
  carrierId: string
  isSilent: boolean
  dueAt: Date
  newestDay: string
  newestId: string
  newestAt: Date
  messages: number
  expiresAt: Date
  sentAt: Date | null
}

interface AwaitedAcksTable {
  userId: string
  messageId: string
  day: string
  sentAt: Date
  countsOnline: boolean
  decidedAt: ColumnType<Date, Date | undefined, Date>
}

interface RejectedEventsTable {
  id: GeneratedAlways<string>
  receivedAt: ColumnType<Date, Date | undefined, never>
  dialect: string
  reason: string
  excerpt: Buffer
}

interface ProviderCircuitsTable {
  provider: string
  openedAt: Date
  probeAt: Date
  reason: string
}

interface SendCountsTable {
  beginsAt: Date
  provider: string
  scope: 'address' | 'user' | 'provider'
  subject: string
  sends: number
  granted: number
}

interface BrokerSessionsTable {
  clientId: string
  userId: string
  wantedVersion: Generated<string>
  heldVersion: Generated<string>
  held: string[] | null
  ownFilters: Generated<number>
  clearsCache: Generated<boolean>
  looks: Generated<boolean>
  endsSession: Generated<boolean>
  isUrgent: Generated<boolean>
  dueAt: Date | null
  since: Date | null
  attempts: Generated<number>
  lease: string | null
}

interface BrokerCachesTable {
  onlyRow: Generated<boolean>
  dueAt: Date | null
}

interface BrokerNodesTable {
  node: string
}
