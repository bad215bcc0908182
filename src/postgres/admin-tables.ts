import type { ColumnType, GeneratedAlways } from 'kysely'

/** The tables of those who administer, as Kysely sees them. */
export interface AdminTables {
  apiKeys: ApiKeysTable
  auditLog: AuditLogTable
  idempotencyKeys: IdempotencyKeysTable
  statsMinutes: StatsTable
  statsHours: StatsTable
  imports: ImportsTable
  importRefusals: ImportRefusalsTable
}

type CreatedAt = ColumnType<Date, Date | undefined, never>

interface ApiKeysTable {
  id: string
  name: string
  digest: Buffer
  role: 'admin' | 'operator' | 'support' | 'app-server'
  scopes: string[] | null
  createdAt: CreatedAt
  expiresAt: Date | null
  lastUsedAt: Date | null
  replacedBy: string | null
}

interface AuditLogTable {
  id: GeneratedAlways<string>
  at: CreatedAt
  actor: string
  action: string
  target: string
  before: unknown
  after: unknown
  requestId: string | null
}

interface IdempotencyKeysTable {
  actor: string
  key: string
  request: Buffer
  answer: Buffer
  createdAt: CreatedAt
}

interface StatsTable {
  metric: string
  beginsAt: Date
  provider: string
  label: string
  total: string
  samples: number
}

interface ImportsTable {
  name: string
  lines: Counter
  digest: ColumnType<Buffer, Buffer | undefined, Buffer>
  added: Counter
  existing: Counter
  refused: Counter
  startedAt: CreatedAt
  finishedAt: ColumnType<Date | null, Date | null | undefined, Date | null>
}

/** A bigint, which comes as text. */
type Counter = ColumnType<string, string | undefined, string>

interface ImportRefusalsTable {
  import: string
  line: string
  code: string
  field: string | null
  detail: string
}
