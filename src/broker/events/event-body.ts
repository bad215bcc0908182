import type { FastifyInstance } from 'fastify'
import type { EventBody } from './read-events.ts'

/** A packet of 1 MB in base64, three times over. */
export const EVENT_BODY_BYTES_MAX = 4_194_304
/** Of a body that is too long: no less than is kept of a rejected event. */
const BEGINNING_BYTES = 4_096

const EMPTY: EventBody = { bytes: Buffer.alloc(0), isWhole: true }

/** A body that `acceptEventBodies` has read; a request need not have one. */
export function eventBodyOf(body: unknown): EventBody {
  return body instanceof ReadBody ? body : EMPTY
}

/**
 * Takes whatever is sent, of any type. Of a body that is too long the beginning is kept and the rest let
 * pass by: the broker hears an answer, and its connection lives on.
 */
export function acceptEventBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, payload, done) => {
    let chunks: Buffer[] = []
    let size = 0
    payload.on('data', (chunk: Buffer) => {
      if (size > EVENT_BODY_BYTES_MAX) return
      size += chunk.length
      chunks.push(chunk)
      if (size > EVENT_BODY_BYTES_MAX) chunks = [beginningOf(chunks)]
    })
    payload.on('end', () => done(null, new ReadBody(joined(chunks), size <= EVENT_BODY_BYTES_MAX)))
    payload.on('error', done)
  })
}

/** A class, so that what Fastify hands on as `unknown` can be told. */
class ReadBody implements EventBody {
  readonly bytes: Buffer
  readonly isWhole: boolean

  constructor(bytes: Buffer, isWhole: boolean) {
    this.bytes = bytes
    this.isWhole = isWhole
  }
}

/** Most events arrive in one piece. */
function joined(chunks: readonly Buffer[]): Buffer {
  const [first, ...more] = chunks
  return first !== undefined && more.length === 0 ? first : Buffer.concat(chunks)
}

function beginningOf(chunks: readonly Buffer[]): Buffer {
  return Buffer.concat(chunks, BEGINNING_BYTES)
}
