import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A call to a real broker's management API, and its answer. */
export interface RecordedCall {
  readonly kind: 'api'
  readonly method: string
  /** Below `/api/v5` or `/api/v4`, with its query. */
  readonly path: string
  readonly req?: unknown
  readonly status: number
  readonly resp: unknown
}

/** What the driver did in between. */
export interface RecordedNote {
  readonly kind: 'note'
  readonly what: string
  readonly client?: string
}

type Line = RecordedCall | RecordedNote | { readonly kind: 'http' }

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))

/** The calls of a recording, `emqx-5.8.9/20_rest_api` for example, with the notes between them. */
export function readRecordedCalls(name: string): readonly (RecordedCall | RecordedNote)[] {
  return readFileSync(`${FIXTURES}/${name}.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line))
    .flatMap((line) => (line.kind === 'http' ? [] : [line]))
}
