import { type Static, Type } from 'typebox'
import type { LineRefusal } from '../../core/bulk/import-line.ts'
import type { ImportState } from '../../core/ports/import-store.ts'
import { choice, Identifier, named, nullable, Time } from '../schemas.ts'

const Count = Type.Integer({ minimum: 0 })

export const ImportBody = named(
  'Import',
  {
    name: Identifier,
    state: choice(['running', 'done'], 'One that was cut off is running until it is sent again.'),
    lines: Type.Integer({ minimum: 0, description: 'Lines that are dealt with.' }),
    added: Count,
    existing: Type.Integer({
      minimum: 0,
      description: 'What was there already, and stays as it is.',
    }),
    refused: Count,
    startedAt: Time,
    finishedAt: nullable(Time),
  },
  'A bulk import, and how far it is.',
)

export function importBody(state: ImportState): Static<typeof ImportBody> {
  const { name, lines, added, existing, refused } = state
  return {
    name,
    state: state.isDone ? 'done' : 'running',
    lines,
    added,
    existing,
    refused,
    startedAt: state.startedAt.toISOString(),
    finishedAt: state.finishedAt?.toISOString() ?? null,
  }
}

export const RefusalBody = named(
  'ImportRefusal',
  {
    line: Type.Integer({ minimum: 1, description: 'Counted from 1.' }),
    code: Type.String({ description: 'As in docs/errors.md.' }),
    field: nullable(Type.String()),
    detail: Type.String(),
  },
  'A line that was not taken.',
)

export function refusalBody({
  line,
  code,
  field,
  detail,
}: LineRefusal): Static<typeof RefusalBody> {
  return { line, code, field: field ?? null, detail }
}
