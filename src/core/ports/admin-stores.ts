import type { ApiKey, NewApiKey } from '../admin/api-key.ts'
import type { AuditEntry, NewAuditEntry } from '../admin/audit-entry.ts'
import type { Slice } from '../directory/page.ts'

export interface ApiKeyStore {
  insert(key: NewApiKey & { readonly id: string; readonly digest: Buffer }): Promise<void>
  find(id: string): Promise<ApiKey | undefined>
  /** Ordered by id. */
  list(slice: Slice): Promise<readonly ApiKey[]>
  /** Ends it at `expiresAt`, unless it ends before, in favour of another. */
  replace(id: string, by: string, expiresAt: Date): Promise<void>
  remove(id: string): Promise<boolean>
}

/** What can't be changed any more, only added to. */
export interface AuditStore {
  insert(entry: NewAuditEntry): Promise<void>
  /** The newest first; `after` is the id before which to begin, or empty. */
  list(slice: Slice & AuditFilter): Promise<readonly AuditEntry[]>
}

export interface AuditFilter {
  readonly actor?: string | undefined
  readonly target?: string | undefined
}

/** Answers to requests that may come again. */
export interface IdempotencyStore {
  /** Waits for one with the same key that is under way; undefined where there is none. */
  find(actor: string, key: string): Promise<KeptAnswer | undefined>
  keep(actor: string, key: string, kept: KeptAnswer): Promise<void>
}

export interface KeptAnswer {
  /** SHA-256 of the request. */
  readonly request: Buffer
  readonly answer: Buffer
}
