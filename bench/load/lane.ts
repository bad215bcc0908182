import { connect, type Socket } from 'node:net'
import type { Latencies } from './latencies.ts'
import { EXPECT, type RequestPool } from './request-pool.ts'
import { createResponseReader } from './response-reader.ts'

/** What all lanes of a load count together. */
export interface Score {
  readonly latencies: Latencies
  answered: number
  allowed: number
}

export interface LaneOptions {
  readonly port: number
  readonly pool: RequestPool
  /** The lane's own part of the pool, asked round and round. */
  readonly from: number
  readonly to: number
  readonly depth: number
  /** How many the lane asks in all. */
  readonly questionsMax: number
  readonly isChecked: boolean
  readonly score: Score
  /** Called after each piece of answers. */
  readonly onAnswers: (lane: Lane) => void
  readonly onFault: (error: Error) => void
}

/** One connection that asks questions and reads the answers in order. */
export interface Lane {
  /** Asks the next questions; returns how many there was room for. */
  ask(questions: number): number
  underWay(): number
  close(): void
}

export async function openLane(options: LaneOptions): Promise<Lane> {
  const socket = connect({ host: '127.0.0.1', port: options.port, noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  return laneOn(socket, options)
}

function laneOn(socket: Socket, options: LaneOptions): Lane {
  const { pool, from, to, depth, questionsMax, score } = options
  const sentAt = new Float64Array(depth)
  const length = to - from
  let asked = 0
  let answered = 0
  let now = 0

  const read = createResponseReader((status, bytes, start, end) => {
    const isAllowed = judge(options, from + (answered % length), status, bytes, start, end)
    score.latencies.record(now - (sentAt[answered % depth] ?? 0))
    score.answered++
    if (isAllowed) score.allowed++
    answered++
  })
  const lane: Lane = {
    ask(questions) {
      const count = Math.min(questions, depth - (asked - answered), questionsMax - asked)
      const at = performance.now()
      for (let index = asked; index < asked + count; index++) sentAt[index % depth] = at
      write(socket, pool, from, length, asked, count)
      asked += count
      return count
    },
    underWay: () => asked - answered,
    close() {
      socket.removeAllListeners('close')
      socket.destroy()
    },
  }
  listen(socket, options, (chunk) => {
    now = performance.now()
    read(chunk)
    options.onAnswers(lane)
  })
  return lane
}

function listen(socket: Socket, { onFault }: LaneOptions, onChunk: (chunk: Buffer) => void): void {
  socket.on('data', (chunk) => {
    try {
      onChunk(chunk)
    } catch (error) {
      onFault(error instanceof Error ? error : new Error(String(error)))
    }
  })
  socket.on('error', onFault)
  socket.on('close', () => onFault(new Error('the server closed the connection')))
}

/** Whether question `index` was allowed; throws where the answer is none, or a wrong one. */
function judge(
  { pool, isChecked }: LaneOptions,
  index: number,
  status: number,
  bytes: Buffer,
  start: number,
  end: number,
): boolean {
  if (pool.expected[index] === EXPECT.stored && status >= 200 && status < 300) return true
  if (status !== 200) throw new Error(`status ${status} to ${requestText(pool, index)}`)
  const isAllowed = readVerdict(bytes, start, end)
  if (isChecked && isWrong(pool.expected[index], isAllowed)) {
    throw new Error(`a wrong ${isAllowed ? 'allow' : 'deny'} to ${requestText(pool, index)}`)
  }
  return isAllowed
}

/** Writes questions `asked` to `asked + count` of a lane, in one piece where the pool allows. */
function write(
  socket: Socket,
  pool: RequestPool,
  from: number,
  length: number,
  asked: number,
  count: number,
): void {
  for (let left = count; left > 0; ) {
    const first = (asked + count - left) % length
    const run = Math.min(left, length - first)
    const start = pool.offsets[from + first]
    socket.write(pool.bytes.subarray(start, pool.offsets[from + first + run]))
    left -= run
  }
}

/** EMQX 5's verdicts: `{"result":"allow"…`, `{"result":"deny"}`. Anything else is a broken answer. */
function readVerdict(bytes: Buffer, start: number, end: number): boolean {
  if (startsWith(bytes, start, ALLOW)) return true
  if (startsWith(bytes, start, DENY)) return false
  throw new Error(`no verdict: ${bytes.toString('utf8', start, Math.min(end, start + 200))}`)
}

const ALLOW = Buffer.from('{"result":"allow"')
const DENY = Buffer.from('{"result":"deny"')

function startsWith(bytes: Buffer, at: number, text: Buffer): boolean {
  // From the end: that is where the verdicts differ.
  for (let index = text.length - 1; index >= 0; index--) {
    if (bytes[at + index] !== text[index]) return false
  }
  return true
}

function isWrong(expected: number | undefined, isAllowed: boolean): boolean {
  return expected !== EXPECT.anything && (expected === EXPECT.allow) !== isAllowed
}

function requestText(pool: RequestPool, index: number): string {
  return pool.bytes.toString('utf8', pool.offsets[index], pool.offsets[index + 1])
}
