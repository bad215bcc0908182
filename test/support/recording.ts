import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Reply } from './question-recorder.ts'

/** A line of a recording: what a broker asked or reported, or what the driver did and saw. */
export type RecordedLine =
  | {
      readonly kind: 'http'
      readonly t: number
      readonly path: string
      readonly headers: Readonly<Record<string, string>>
      readonly body: string
      readonly resp?: RecordedReply
    }
  | ({ readonly kind: 'note'; readonly t: number; readonly what: string } & Note)
  | { readonly kind: 'api' }

/** What the recorder was told to answer. */
interface RecordedReply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string | null>>
  readonly action?: 'hang' | 'destroy'
  readonly delay?: number
}

/** What notes hold beside their title. */
interface Note {
  readonly client?: string
  readonly case?: string
  readonly r?: readonly string[]
  readonly u?: string
  readonly rc?: number
  readonly code?: number | null
  readonly topic?: string | readonly string[]
  readonly granted?: readonly number[]
  readonly err?: string | null
  readonly qos?: number
  readonly retain?: boolean
}

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))

/** Reads `emqx-5.8.9/01_connect_basic` for example. */
export function readRecording(name: string): readonly RecordedLine[] {
  return readFileSync(`${FIXTURES}/${name}.jsonl`, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): RecordedLine => JSON.parse(line))
}

/** One case of a matrix: the question that was answered, and what became of it. */
export interface RecordedCase {
  readonly name: string
  /** How often it was asked. */
  readonly asked: number
  readonly fields: Readonly<Record<string, string>>
  readonly reply: Reply
  readonly delayMs: number
  /** The code that the client saw: of the CONNACK, or of the PUBACK (0 where there is none). */
  readonly code: number
}

/** Cuts a matrix at its titles. `path` is that of the questions, `seen` the note with the code. */
export function recordedCases(
  lines: readonly RecordedLine[],
  path: '/authn' | '/authz',
  seen: 'client_connack' | 'pub_done',
): readonly RecordedCase[] {
  return chapters(lines).flatMap(({ title, lines }) => {
    const asked = lines.flatMap((line) =>
      line.kind === 'http' && line.path === path ? [line] : [],
    )
    const note = lines.find((line) => line.kind === 'note' && line.what === seen)
    const [first] = asked
    if (first?.resp === undefined || note?.kind !== 'note') return []
    const recorded = {
      name: title,
      asked: asked.length,
      fields: JSON.parse(first.body),
      reply: replyOf(first.resp),
      delayMs: first.resp.delay ?? 0,
      code: note.rc ?? note.code ?? 0,
    }
    return [recorded]
  })
}

/** The lines between one `CASE` and the next. */
function chapters(lines: readonly RecordedLine[]) {
  const found: { title: string; lines: RecordedLine[] }[] = []
  for (const line of lines) {
    if (line.kind === 'note' && line.what.startsWith('CASE ')) {
      found.push({ title: line.what.slice('CASE '.length), lines: [] })
    }
    found.at(-1)?.lines.push(line)
  }
  return found
}

/** What the recorder answered; without a content type of its own it said JSON. */
function replyOf({ status, body, headers = {}, action }: RecordedReply): Reply {
  if (action !== undefined) return action
  const { 'content-type': contentType, ...others } = headers
  const rest = Object.fromEntries(
    Object.entries(others).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  )
  return { status, body, headers: rest, ...(contentType === undefined ? {} : { contentType }) }
}
