import type { AuditEntry } from '../admin/audit-entry.ts'
import type { AddressLine, ImportLine, LineRefusal } from '../bulk/import-line.ts'
import type { Slice } from '../directory/page.ts'

export interface ImportState {
  readonly name: string
  readonly isDone: boolean
  /** Lines that are dealt with, of which the others add up. */
  readonly lines: number
  readonly added: number
  /** Of what was there already, and stays as it is. */
  readonly existing: number
  readonly refused: number
  readonly startedAt: Date
  readonly finishedAt: Date | undefined
}

/** A batch that is read. */
export interface ImportBatch {
  readonly name: string
  /** How far the import was before it. */
  readonly linesBefore: number
  readonly linesAfter: number
  /** Of all lines up to and with these. */
  readonly digest: Buffer
  readonly lines: readonly NumberedLine[]
  readonly refusals: readonly LineRefusal[]
}

export interface NumberedLine {
  readonly number: number
  readonly line: ImportLine
}

/** What an address line becomes, once its device is known. */
export type ResolveAddress = (
  line: AddressLine,
  app: string | undefined,
) => { readonly provider: string; readonly token: string; readonly locale: string | undefined }

export interface ImportStore {
  /** Makes it, where there is none of that name. */
  open(name: string): Promise<ImportState & { readonly digest: Buffer }>
  find(name: string): Promise<ImportState | undefined>
  /** Ordered by name. */
  list(slice: Slice): Promise<readonly ImportState[]>
  /** Ordered by line; `after` is a line's number. */
  refusals(name: string, slice: Slice): Promise<readonly LineRefusal[]>
  /** All of it or nothing; false where the import is not at `linesBefore` any more. */
  write(batch: ImportBatch, resolve: ResolveAddress): Promise<boolean>
  /** With an entry in the audit log, once. */
  finish(name: string, audit: Pick<AuditEntry, 'actor' | 'requestId'>): Promise<ImportState>
  remove(name: string): Promise<boolean>
}
