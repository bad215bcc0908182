import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const FIXTURES = fileURLToPath(new URL('../fixtures', import.meta.url))

/** A request that a broker made, as it was recorded. */
export interface CapturedRequest {
  readonly file: string
  readonly path: string
  readonly contentType: string
  /** The body to the letter. */
  readonly body: string
}

/** The recorded requests of one broker version to some of the recorder's paths. */
export function capturedRequests(
  version: 'emqx-5.8.9' | 'emqx-5.3.2' | 'emqx-4.4.19',
  paths: readonly string[],
): readonly CapturedRequest[] {
  const folder = `${FIXTURES}/${version}`
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readLines(`${folder}/${name}`).map((line) => ({ name, line })))
    .flatMap(({ name, line }) => {
      if (line.kind !== 'http' || line.path === undefined || !paths.includes(line.path)) return []
      const contentType = line.headers?.['content-type'] ?? ''
      return [{ file: `${version}/${name}`, path: line.path, contentType, body: line.body ?? '' }]
    })
}

interface Line {
  readonly kind: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

function readLines(file: string): readonly Line[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Line => JSON.parse(line))
}
