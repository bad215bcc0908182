import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** An answer as it came over the wire. */
export interface RawAnswer {
  readonly status: number
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** One connection on which requests are written without waiting, and answers come in order. */
export interface RawHttp {
  /** Writes a request, whole; undefined where the connection closed without an answer to it. */
  ask(request: string | Buffer): Promise<RawAnswer | undefined>
  /** Writes bytes to which no answer is matched: they are collected in `others`. */
  write(bytes: string | Buffer): void
  /** Says that nothing more will be written. */
  end(): void
  /** Answers that belong to no `ask`. */
  readonly others: readonly RawAnswer[]
  readonly waiting: number
  readonly isClosed: boolean
  readonly closed: Promise<void>
  /** Ends the connection without a word. */
  cut(): void
}

export async function openRawHttp(url: string): Promise<RawHttp> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  socket.setNoDelay(true)
  await once(socket, 'connect')
  return overSocket(socket)
}

function overSocket(socket: Socket): RawHttp {
  const waiting: ((answer: RawAnswer | undefined) => void)[] = []
  const others: RawAnswer[] = []
  let isClosed = false
  const read = createReader((answer) => {
    const resolve = waiting.shift()
    if (resolve === undefined) others.push(answer)
    else resolve(answer)
  })
  socket.on('data', read)
  socket.on('error', () => {})
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      for (const each of waiting.splice(0)) each(undefined)
      resolve()
    })
  })
  return {
    ask: (request) =>
      new Promise((resolve) => {
        if (isClosed) return resolve(undefined)
        waiting.push(resolve)
        socket.write(request)
      }),
    write: (bytes) => void socket.write(bytes),
    end: () => void socket.end(),
    others,
    get waiting() {
      return waiting.length
    },
    get isClosed() {
      return isClosed
    },
    closed,
    cut: () => void socket.destroy(),
  }
}

/** Cuts what arrives into answers (RFC 9112 §6.3). */
function createReader(onAnswer: (answer: RawAnswer) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (chunk) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    for (;;) {
      const end = rest.indexOf('\r\n\r\n')
      if (end === -1) return
      const head = readHead(rest.toString('latin1', 0, end))
      const bodyEnd = endOfBody(rest, end + 4, head.headers)
      if (bodyEnd === undefined || rest.length < bodyEnd) return
      const body = rest.toString('utf8', end + 4, bodyEnd)
      rest = rest.subarray(bodyEnd)
      // 100 Continue says nothing yet.
      if (head.status >= 200) onAnswer({ ...head, body })
    }
  }
}

/** Undefined where chunks are still to come; chunks stay as they are. */
function endOfBody(
  bytes: Buffer,
  start: number,
  headers: RawAnswer['headers'],
): number | undefined {
  if (headers['transfer-encoding'] !== 'chunked') {
    return start + Number(headers['content-length'] ?? 0)
  }
  const last = bytes.indexOf('0\r\n\r\n', start)
  return last === -1 ? undefined : last + 5
}

function readHead(text: string): Omit<RawAnswer, 'body'> {
  const [statusLine = '', ...lines] = text.split('\r\n')
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(statusLine)?.[1])
  if (Number.isNaN(status)) throw new Error(`no answer: ${JSON.stringify(statusLine)}`)
  const headers = lines.map((line) => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  return { status, headers: Object.fromEntries(headers) }
}
