import type { Insertable, Selectable } from 'kysely'
import type { Database } from '../../src/postgres/tables.ts'

/**
 * What the compiler knows about a column, as a value. A list of this type can't forget a column, nor
 * say anything else about it than `tables.ts` does; the test holds the list against the database.
 */
type Column<Table, Name extends keyof Selectable<Table>> = {
  readonly type: SqlType<NonNullable<Selectable<Table>[Name]>>
  readonly nullable: null extends Selectable<Table>[Name] ? true : false
  readonly insert: InsertOf<Table, Name>
} & ValuesOf<NonNullable<Selectable<Table>[Name]>>

type SqlType<Value> = Value extends string
  ? 'text' | 'bigint' | 'uuid' | 'date' | 'time without time zone'
  : Value extends number
    ? 'integer' | 'smallint'
    : Value extends boolean
      ? 'boolean'
      : Value extends Date
        ? 'timestamp with time zone'
        : Value extends Buffer
          ? 'bytea'
          : Value extends readonly string[]
            ? 'text[]'
            : 'jsonb'

/** Whether an insert has to name the column, may leave it out, or must. */
type InsertOf<Table, Name> = Name extends keyof Insertable<Table>
  ? undefined extends Insertable<Table>[Name]
    ? 'optional'
    : 'required'
  : 'never'

/** Of a closed set of words the list names every one. */
type ValuesOf<Value> = string extends Value
  ? unknown
  : Value extends string
    ? { readonly values: Readonly<Record<Value, true>> }
    : unknown

type Schema = {
  readonly [Table in keyof Database]: {
    readonly [Name in keyof Selectable<Database[Table]>]: Column<Database[Table], Name>
  }
}

const text = { type: 'text', nullable: false, insert: 'required' } as const
const textOrNull = { type: 'text', nullable: true, insert: 'optional' } as const
const timeOrNull = {
  type: 'timestamp with time zone',
  nullable: true,
  insert: 'optional',
} as const
const now = { type: 'timestamp with time zone', nullable: false, insert: 'optional' } as const
const time = { ...now, insert: 'required' } as const
const flag = { type: 'boolean', nullable: false, insert: 'optional' } as const
const identity = { type: 'bigint', nullable: false, insert: 'never' } as const
const bigint = { type: 'bigint', nullable: false, insert: 'required' } as const
const uuid = { type: 'uuid', nullable: false, insert: 'required' } as const
const uuidOrNull = { type: 'uuid', nullable: true, insert: 'optional' } as const
const day = { type: 'date', nullable: false, insert: 'required' } as const
const dayOrNull = { type: 'date', nullable: true, insert: 'optional' } as const
const integer = { type: 'integer', nullable: false, insert: 'required' } as const
const bytes = { type: 'bytea', nullable: false, insert: 'required' } as const
const counter = { ...bigint, insert: 'optional' } as const
const smallint = { type: 'smallint', nullable: false, insert: 'required' } as const
const smallintOrNull = { type: 'smallint', nullable: true, insert: 'optional' } as const
const texts = { type: 'text[]', nullable: false, insert: 'required' } as const
const timeOfDayOrNull = {
  type: 'time without time zone',
  nullable: true,
  insert: 'optional',
} as const

const NOTIFY = { all: true, mentions: true, none: true } as const

const STATS = {
  metric: text,
  beginsAt: time,
  provider: text,
  label: text,
  total: bigint,
  samples: integer,
} as const

/** Every column of every table. */
export const TABLE_COLUMNS: Schema = {
  users: {
    id: text,
    displayName: textOrNull,
    contactPolicy: { ...textOrNull, values: { everyone: true, contacts: true } },
    disabledAt: timeOrNull,
    createdAt: now,
  },
  deletedUsers: {
    id: text,
    deletedAt: now,
    pseudonym: textOrNull,
    eraseAt: timeOrNull,
    releasedAt: timeOrNull,
  },
  devices: {
    id: text,
    userId: text,
    app: textOrNull,
    platform: textOrNull,
    selfRegistered: flag,
    subscriptionProfile: {
      ...text,
      insert: 'optional',
      values: { all: true, direct: true, none: true },
    },
    persistentSession: { type: 'boolean', nullable: true, insert: 'optional' },
    revokedAt: timeOrNull,
    createdAt: now,
  },
  deviceSecrets: { deviceId: text, digest: text, expiresAt: timeOrNull, createdAt: now },
  userPasswords: {
    userId: text,
    hash: text,
    version: { ...bigint, insert: 'optional' },
    updatedAt: now,
  },
  groups: {
    id: text,
    displayName: textOrNull,
    invitePolicy: { ...text, insert: 'optional', values: { members: true, admins: true } },
    createdAt: now,
  },
  memberships: {
    groupId: text,
    userId: text,
    role: { ...text, insert: 'optional', values: { owner: true, admin: true, member: true } },
    silencedUntil: timeOrNull,
    joinedAt: now,
  },
  groupBans: { groupId: text, userId: text, createdAt: now },
  contacts: { userId: text, contactId: text, createdAt: now },
  blocks: { userId: text, blockedId: text, createdAt: now },
  aclRules: {
    id: identity,
    effect: { ...text, values: { allow: true, deny: true } },
    action: { ...text, values: { publish: true, subscribe: true, all: true } },
    filter: text,
    userId: textOrNull,
    groupId: textOrNull,
    createdAt: now,
  },
  aclRulesVersion: { onlyRow: flag, version: bigint },
  addresses: {
    id: identity,
    userId: text,
    deviceId: textOrNull,
    channel: { ...text, values: { push: true, email: true, sms: true } },
    provider: text,
    token: text,
    locale: textOrNull,
    registeredAt: now,
    createdAt: now,
    usedOn: { ...day, insert: 'optional' },
  },
  preferences: {
    userId: text,
    notify: { ...text, insert: 'optional', values: NOTIFY },
    mutedUntil: timeOrNull,
    hidePreview: flag,
    locale: textOrNull,
    quietDays: { ...smallint, nullable: true, insert: 'optional' },
    quietFrom: timeOfDayOrNull,
    quietTo: timeOfDayOrNull,
    quietZone: textOrNull,
    quietAction: { ...textOrNull, values: { defer: true, silence: true, drop: true } },
    digestMinutes: smallintOrNull,
  },
  conversationPreferences: {
    userId: text,
    conversation: text,
    notify: { ...textOrNull, values: NOTIFY },
    mutedUntil: timeOrNull,
  },
  readMarks: { userId: text, conversation: text, readAt: time },
  devicePresence: {
    deviceId: text,
    userId: text,
    isOnline: flag,
    connections: { type: 'jsonb', nullable: false, insert: 'optional' },
    node: textOrNull,
    connectedAt: timeOrNull,
    cleanStart: { ...flag, nullable: true },
    expirySeconds: { ...bigint, nullable: true, insert: 'optional' },
    keepaliveSeconds: { ...integer, nullable: true, insert: 'optional' },
    sessionSince: timeOrNull,
    disconnectedAt: timeOrNull,
    lastSeenAt: timeOrNull,
  },
  goneNodes: { node: text, goneAt: time },
  messages: {
    day,
    id: uuid,
    kind: {
      ...text,
      values: {
        'direct-message': true,
        'friend-request': true,
        'group-message': true,
        'join-request': true,
        invitation: true,
        clear: true,
      },
    },
    inbox: text,
    gid: textOrNull,
    fromUid: text,
    sentAt: time,
    expiresAt: time,
    appId: textOrNull,
    mentions: { ...texts, nullable: true, insert: 'optional' },
    mentionsAll: flag,
    isSilent: flag,
    isForced: flag,
    content: { type: 'jsonb', nullable: true, insert: 'optional' },
  },
  unreached: { day, messageId: uuid, reason: text, recipients: integer, uids: texts },
  deliveries: {
    day,
    messageId: uuid,
    addressId: bigint,
    userId: text,
    deviceId: textOrNull,
    provider: text,
    conversation: text,
    state: {
      ...text,
      insert: 'optional',
      values: {
        queued: true,
        claimed: true,
        sent: true,
        failed: true,
        expired: true,
        withdrawn: true,
        folded: true,
      },
    },
    reason: textOrNull,
    isSilent: flag,
    isLate: flag,
    step: { ...smallint, insert: 'optional' },
    decidedAt: time,
    dueAt: time,
    expiresAt: time,
    wakeAt: time,
    attempt: { ...smallint, insert: 'optional' },
    lease: uuidOrNull,
    carrierDay: dayOrNull,
    carrierId: uuidOrNull,
    providerId: textOrNull,
    finishedAt: timeOrNull,
    deliveredAt: timeOrNull,
    openedAt: timeOrNull,
    undeliveredAt: timeOrNull,
    undeliveredReason: textOrNull,
    gathersAt: timeOrNull,
    digestId: uuidOrNull,
  },
  attempts: {
    day,
    messageId: uuid,
    addressId: bigint,
    attempt: smallint,
    outcome: text,
    reason: textOrNull,
    retryAt: timeOrNull,
    endedAt: time,
  },
  conversationSlots: {
    addressId: bigint,
    conversation: text,
    state: { ...text, values: { waiting: true, claimed: true, sent: true } },
    carrierDay: day,
    carrierId: uuid,
    isSilent: { ...flag, insert: 'required' },
    dueAt: time,
    newestDay: day,
    newestId: uuid,
    newestAt: time,
    messages: integer,
    expiresAt: time,
    sentAt: timeOrNull,
  },
  awaitedAcks: {
    userId: text,
    messageId: uuid,
    day,
    sentAt: time,
    countsOnline: { ...flag, insert: 'required' },
    decidedAt: now,
  },
  rejectedEvents: {
    id: identity,
    receivedAt: now,
    dialect: text,
    reason: text,
    excerpt: bytes,
  },
  providerCircuits: { provider: text, openedAt: time, probeAt: time, reason: text },
  sendCounts: {
    beginsAt: time,
    provider: text,
    scope: { ...text, values: { address: true, user: true, provider: true } },
    subject: text,
    sends: integer,
    granted: integer,
  },
  apiKeys: {
    id: text,
    name: text,
    digest: bytes,
    role: {
      ...text,
      values: { admin: true, operator: true, support: true, 'app-server': true },
    },
    scopes: { type: 'text[]', nullable: true, insert: 'optional' },
    createdAt: now,
    expiresAt: timeOrNull,
    lastUsedAt: timeOrNull,
    replacedBy: textOrNull,
  },
  auditLog: {
    id: identity,
    at: now,
    actor: text,
    action: text,
    target: text,
    before: { type: 'jsonb', nullable: true, insert: 'optional' },
    after: { type: 'jsonb', nullable: true, insert: 'optional' },
    requestId: textOrNull,
  },
  requests: {
    id: identity,
    kind: { ...text, values: { 'friend-request': true, 'join-request': true, invitation: true } },
    fromUid: text,
    toUid: textOrNull,
    groupId: textOrNull,
    state: {
      ...text,
      insert: 'optional',
      values: { open: true, accepted: true, declined: true, expired: true },
    },
    said: textOrNull,
    createdAt: time,
    askedAt: time,
    expiresAt: time,
    decidedAt: timeOrNull,
  },
  announcements: {
    id: identity,
    requestId: bigint,
    topic: text,
    payload: text,
    attempt: { ...smallint, insert: 'optional' },
    wakeAt: time,
    expiresAt: time,
  },
  idempotencyKeys: { actor: text, key: text, request: bytes, answer: bytes, createdAt: now },
  statsMinutes: STATS,
  statsHours: STATS,
  imports: {
    name: text,
    lines: counter,
    digest: { ...bytes, insert: 'optional' },
    added: counter,
    existing: counter,
    refused: counter,
    startedAt: now,
    finishedAt: timeOrNull,
  },
  importRefusals: { import: text, line: bigint, code: text, field: textOrNull, detail: text },
  brokerSessions: {
    clientId: text,
    userId: text,
    wantedVersion: { ...bigint, insert: 'optional' },
    heldVersion: { ...bigint, insert: 'optional' },
    held: { type: 'text[]', nullable: true, insert: 'optional' },
    ownFilters: { ...integer, insert: 'optional' },
    clearsCache: flag,
    looks: flag,
    endsSession: flag,
    isUrgent: flag,
    dueAt: timeOrNull,
    since: timeOrNull,
    attempts: { ...integer, insert: 'optional' },
    lease: uuidOrNull,
  },
  brokerCaches: { onlyRow: flag, dueAt: timeOrNull },
  brokerNodes: { node: text },
}
