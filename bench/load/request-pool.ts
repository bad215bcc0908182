/** Requests ready to be written, end to end in one buffer, with the answer that each must get. */
export interface RequestPool {
  readonly count: number
  readonly bytes: Buffer
  /** Where request `index` begins is `offsets[index]`; it ends where the next one begins. */
  readonly offsets: Float64Array
  /** An `EXPECT` value for each request. */
  readonly expected: Uint8Array
}

/** An event is answered with 2xx once it is stored, whatever stands in the answer. */
export const EXPECT = { deny: 0, allow: 1, anything: 2, stored: 3 } as const
export type Expected = (typeof EXPECT)[keyof typeof EXPECT]

/** What is posted, before it is put on the wire. */
export interface PooledRequest {
  readonly fields: object
  readonly expected: Expected
}

/** One question for a hook. */
export interface HookQuestion extends PooledRequest {
  readonly fields: Readonly<Record<string, string>>
}

/** The head that EMQX 5 sends, in its order, and nothing besides. */
export interface RequestHead {
  readonly path: string
  readonly secret: string
}

export function createRequestPool(
  count: number,
  { path, secret }: RequestHead,
  question: (index: number) => PooledRequest,
): RequestPool {
  const offsets = new Float64Array(count + 1)
  const expected = new Uint8Array(count)
  let bytes = Buffer.allocUnsafe(Math.max(4_096, count * 400))
  let end = 0
  for (let index = 0; index < count; index++) {
    const asked = question(index)
    const body = JSON.stringify(asked.fields)
    const request = `POST ${path} HTTP/1.1\r\ncontent-length: ${Buffer.byteLength(body)}\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nx-herald-secret: ${secret}\r\n\r\n${body}`
    if (end + request.length * 3 > bytes.length) bytes = grown(bytes)
    end += bytes.write(request, end)
    offsets[index + 1] = end
    expected[index] = asked.expected
  }
  return { count, bytes, offsets, expected }
}

function grown(bytes: Buffer): Buffer<ArrayBuffer> {
  const larger = Buffer.allocUnsafe(bytes.length * 2)
  bytes.copy(larger)
  return larger
}
