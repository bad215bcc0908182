/** One change, as it is remembered. */
export interface AuditEntry {
  readonly id: string
  readonly at: Date
  readonly actor: string
  readonly action: string
  readonly target: string
  readonly before: unknown
  readonly after: unknown
  readonly requestId: string | undefined
}

export type NewAuditEntry = Omit<AuditEntry, 'id' | 'at'>
