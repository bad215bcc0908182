import { createHash } from 'node:crypto'
import { checkToken } from '../directory/address-form.ts'
import { readLocale } from '../directory/checks.ts'
import { chooseProvider } from '../directory/choose-provider.ts'
import type { ConfiguredProvider } from '../directory/configured-provider.ts'
import { DomainError } from '../domain-error.ts'
import type {
  ImportBatch,
  ImportState,
  ImportStore,
  NumberedLine,
  ResolveAddress,
} from '../ports/import-store.ts'
import type { AddressLine, LineRefusal, ReadLine } from './import-line.ts'
import { LINE_BYTES_MAX, type LineBatch, lineBatches } from './line-batches.ts'

export interface ImportParts {
  readonly imports: ImportStore
  readonly readLine: (line: Buffer) => ReadLine
  readonly providers: () => readonly ConfiguredProvider[]
}

export interface ImportRequest {
  readonly name: string
  readonly actor: string
  readonly requestId: string
  readonly body: AsyncIterable<Buffer>
}

/**
 * Adds what the lines of `body` say, batch by batch, each in one transaction. An import of the same name
 * goes on where it stopped: lines that are dealt with are compared with those of then, and skipped.
 */
export async function runImport(parts: ImportParts, request: ImportRequest): Promise<ImportState> {
  const { imports } = parts
  const { name, actor, requestId, body } = request
  const opened = await imports.open(name)
  const resolve = addressResolver(parts.providers())
  let digest: Buffer = Buffer.alloc(0)
  let writing: Promise<void> = Promise.resolve()
  let linesSent = 0
  try {
    for await (const batch of lineBatches(body)) {
      const linesAfter = batch.first + batch.lines.length - 1
      linesSent = linesAfter
      digest = digestOf(digest, batch)
      if (linesAfter <= opened.lines) {
        if (linesAfter === opened.lines) checkSame(name, digest, opened.digest)
        continue
      }
      checkCut(name, batch, opened.lines)
      const read = readBatch(parts, name, batch, linesAfter, digest)
      // The next batch is read while this one is written.
      await writing
      writing = write(parts, read, resolve)
      writing.catch(() => {})
    }
  } finally {
    await writing
  }
  if (linesSent < opened.lines) throw differs(name)
  return imports.finish(name, { actor, requestId })
}

function readBatch(
  { readLine }: ImportParts,
  name: string,
  { first, lines }: LineBatch,
  linesAfter: number,
  digest: Buffer,
): ImportBatch {
  const good: NumberedLine[] = []
  const refusals: LineRefusal[] = []
  for (const [at, bytes] of lines.entries()) {
    const number = first + at
    if (bytes?.length === 0) continue
    const read = bytes === undefined ? TOO_LONG : readLine(bytes)
    if ('line' in read) good.push({ number, line: read.line })
    else refusals.push({ line: number, ...read.refusal })
  }
  return { name, linesBefore: first - 1, linesAfter, digest, lines: good, refusals }
}

const TOO_LONG: ReadLine = {
  refusal: {
    code: 'INVALID_REQUEST',
    field: undefined,
    detail: `the line is longer than ${LINE_BYTES_MAX} bytes`,
  },
}

async function write(
  { imports }: ImportParts,
  batch: ImportBatch,
  resolve: ResolveAddress,
): Promise<void> {
  if (await imports.write(batch, resolve)) return
  const message = `somebody else is sending the import "${batch.name}": wait, and send it again`
  throw new DomainError('IMPORT_RUNNING', message, 'name')
}

/** Throws a `DomainError` for a line that names no provider of its channel, or a token that is none. */
function addressResolver(entries: readonly ConfiguredProvider[]): ResolveAddress {
  return (line: AddressLine, app) => {
    const { channel, provider, token, locale } = line
    checkToken(channel, token)
    const { name, entry } = chooseProvider(entries, { provider, channel, app })
    const fault = entry.tokenFault(token)
    if (fault !== undefined) throw new DomainError('INVALID_ADDRESS', `token ${fault}`, 'token')
    return {
      provider: name,
      token: entry.canonicalToken(token),
      locale: locale == null ? undefined : readLocale('locale', locale),
    }
  }
}

function digestOf(before: Buffer, { lines }: LineBatch): Buffer {
  const digest = createHash('sha256').update(before)
  for (const line of lines) digest.update(line ?? '').update('\n')
  return digest.digest()
}

function checkSame(name: string, digest: Buffer, expected: Buffer): void {
  if (!digest.equals(expected)) throw differs(name)
}

/** The last batch of a file that was shorter then: nothing can be compared in its middle. */
function checkCut(name: string, { first }: LineBatch, linesDone: number): void {
  if (first <= linesDone) throw differs(name)
}

function differs(name: string): DomainError {
  const message = `what was sent is not what the import "${name}" began with: choose another name`
  return new DomainError('IMPORT_DIFFERS', message, 'name')
}
