/** Lines as they came, in their order. */
export interface LineBatch {
  /** The number of the first, counted from 1. */
  readonly first: number
  /** Undefined stands for one that is longer than a line may be. */
  readonly lines: readonly (Buffer | undefined)[]
}

/**
 * Lines of a batch, always: who sends the same file again has it cut in the same places, which is what
 * lets an import go on where it stopped.
 */
export const BATCH_LINES = 2_000

/** An address may have 4,096 bytes, each of which JSON may write with six. */
export const LINE_BYTES_MAX = 32_768

const NEWLINE = 0x0a

/** Cuts a stream into batches of lines. The last line needs no line break. */
export async function* lineBatches(chunks: AsyncIterable<Buffer>): AsyncGenerator<LineBatch> {
  let first = 1
  let lines: (Buffer | undefined)[] = []
  for await (const line of linesOf(chunks)) {
    lines.push(line)
    if (lines.length < BATCH_LINES) continue
    yield { first, lines }
    first += lines.length
    lines = []
  }
  if (lines.length > 0) yield { first, lines }
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer | undefined> {
  let rest: Buffer[] = []
  let restBytes = 0
  for await (const chunk of chunks) {
    let from = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, from)) {
      yield joined(rest, restBytes, chunk.subarray(from, end))
      rest = []
      restBytes = 0
      from = end + 1
    }
    restBytes += chunk.length - from
    // Of a line that is too long already nothing more is kept.
    if (restBytes <= LINE_BYTES_MAX) rest.push(chunk.subarray(from))
  }
  if (restBytes > 0) yield joined(rest, restBytes, Buffer.alloc(0))
}

function joined(rest: readonly Buffer[], restBytes: number, last: Buffer): Buffer | undefined {
  if (restBytes + last.length > LINE_BYTES_MAX) return undefined
  return rest.length === 0 ? last : Buffer.concat([...rest, last])
}
