import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createResponseReader, UnreadableResponse } from '../../../bench/load/response-reader.ts'
import { sized } from '../../support/size.ts'

interface Read {
  readonly status: number
  readonly body: string
}

function readAll(chunks: readonly Buffer[]): readonly Read[] {
  const found: Read[] = []
  const read = createResponseReader((status, bytes, start, end) => {
    found.push({ status, body: bytes.toString('utf8', start, end) })
  })
  for (const chunk of chunks) read(chunk)
  return found
}

function answer(body: string, status = 200, field = 'content-length'): string {
  const length = Buffer.byteLength(body)
  return `HTTP/1.1 ${status} OK\r\ncontent-type: application/json\r\n${field}: ${length}\r\nconnection: keep-alive\r\n\r\n${body}`
}

/** Cuts `bytes` at each of `cuts`, wherever they fall. */
function cut(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const edges = [0, ...cuts.map((at) => at % bytes.length).sort((a, b) => a - b), bytes.length]
  return edges.slice(1).map((edge, index) => bytes.subarray(edges[index], edge))
}

describe('the response reader', () => {
  it('reads answers in order wherever the pieces end, bodies like heads included', () => {
    const body = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.constantFrom('', '\r\n\r\n', answer('inner'), 'content-length: 7\r\n'),
    )
    fc.assert(
      fc.property(
        fc.array(fc.record({ body, status: fc.constantFrom(200, 401, 503) }), { minLength: 1 }),
        fc.array(fc.nat(), { maxLength: 12 }),
        (answers, cuts) => {
          const bytes = Buffer.from(answers.map((one) => answer(one.body, one.status)).join(''))

          expect(readAll(cut(bytes, cuts))).toEqual(
            answers.map((one) => ({ ...one, body: Buffer.from(one.body).toString() })),
          )
        },
      ),
      { seed: 20261123, numRuns: sized(300, 10_000) },
    )
  })

  it('reads an answer that comes a byte at a time', () => {
    const bytes = Buffer.from(answer('{"result":"deny"}'))

    expect(readAll(Array.from(bytes, (_, index) => bytes.subarray(index, index + 1)))).toEqual([
      { status: 200, body: '{"result":"deny"}' },
    ])
  })

  it('finds the length in capitals, and where it stands elsewhere than in the answer before', () => {
    const moved = 'HTTP/1.1 200 OK\r\nContent-Length:  2\r\nX-Content-Length: 9\r\n\r\nok'
    const bytes = Buffer.from(answer('first') + moved + answer('last', 200, 'CONTENT-LENGTH'))

    expect(readAll([bytes]).map(({ body }) => body)).toEqual(['first', 'ok', 'last'])
  })

  it('takes a 204 for an answer without a body', () => {
    const bytes = Buffer.from(`HTTP/1.1 204 No Content\r\n\r\n${answer('next')}`)

    expect(readAll([bytes])).toEqual([
      { status: 204, body: '' },
      { status: 200, body: 'next' },
    ])
  })

  it.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['no length', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
  ])('refuses what it can not read: %s', (_name, text) => {
    expect(() => readAll([Buffer.from(text)])).toThrow(UnreadableResponse)
  })
})
