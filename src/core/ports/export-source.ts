/** What can be exported, each as the lines that an import takes. */
export const EXPORT_KINDS = ['users', 'devices', 'groups', 'members', 'addresses'] as const
export type ExportKind = (typeof EXPORT_KINDS)[number]

export interface ExportChunk {
  /** Lines of JSON, each with its line break. */
  readonly text: string
  /** Where the next chunk begins. */
  readonly next: string
}

export interface ExportSource {
  /** The lines after `after` (empty for the first), a thousand or so; undefined where there are none. */
  read(kind: ExportKind, after: string): Promise<ExportChunk | undefined>
}
