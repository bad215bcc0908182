import { setTimeout as pause } from 'node:timers/promises'
import { openRawHttp, type RawHttp } from './raw-http.ts'

/** Sends events until each has been answered with 2xx, as a broker does that never gives up. */
export interface EventSender {
  /** How many have been answered with 2xx. */
  readonly confirmed: number
  readonly counts: SenderCounts
  /** Resolves when so many have been. */
  until(confirmed: number): Promise<void>
  /** Resolves when all have been. */
  readonly done: Promise<void>
}

export interface SenderCounts {
  readonly requests: number
  /** Answered with 429. */
  readonly refused: number
  /** Not answered, because the connection ended or there was none. */
  readonly unanswered: number
  /** Answered with anything else: statuses on which a broker loses its event. */
  readonly others: readonly number[]
}

export interface SenderOptions {
  readonly lanes: number
  /** Requests under way on each lane. */
  readonly depth: number
}

/** Between two tries: nobody is there, or nobody takes anything. */
const AGAIN_MS = 100

export function startEventSender(
  urls: readonly string[],
  events: readonly string[],
  { lanes, depth }: SenderOptions,
): EventSender {
  const counts = { requests: 0, refused: 0, unanswered: 0, others: [] as number[] }
  const watchers = new Set<() => void>()
  const turns = events.values()
  let confirmed = 0

  async function sendAll(lane: Lane): Promise<void> {
    for (const event of turns) {
      while (!(await send(lane, requestOf(event)))) await pause(AGAIN_MS)
      confirmed++
      for (const look of watchers) look()
    }
  }

  async function send(lane: Lane, request: string): Promise<boolean> {
    counts.requests++
    const connection = await lane.connection()
    const answer = await connection?.ask(request)
    if (answer === undefined) counts.unanswered++
    else if (answer.status === 429) counts.refused++
    else if (answer.status < 200 || answer.status > 299) counts.others.push(answer.status)
    else return true
    return false
  }

  const done = Promise.all(
    Array.from({ length: lanes }, async (_, index) => {
      const lane = createLane(urls[index % urls.length] ?? '')
      await Promise.all(Array.from({ length: depth }, () => sendAll(lane)))
      lane.close()
    }),
  ).then(() => {})
  return {
    get confirmed() {
      return confirmed
    },
    counts,
    done,
    until: (count) =>
      new Promise((resolve) => {
        const look = () => {
          if (confirmed < count) return
          watchers.delete(look)
          resolve()
        }
        watchers.add(look)
        look()
      }),
  }
}

interface Lane {
  /** The lane's connection, a new one where the last has ended; undefined where nobody is there. */
  connection(): Promise<RawHttp | undefined>
  close(): void
}

function createLane(url: string): Lane {
  let opened: RawHttp | undefined
  let opening: Promise<RawHttp | undefined> | undefined

  async function open(): Promise<RawHttp | undefined> {
    opened = await openRawHttp(url).catch(() => undefined)
    opening = undefined
    return opened
  }

  return {
    async connection() {
      if (opened !== undefined && !opened.isClosed) return opened
      opening ??= open()
      return await opening
    },
    close: () => opened?.cut(),
  }
}

function requestOf(body: string): string {
  return `POST /emqx/5/events HTTP/1.1\r\ncontent-length: ${Buffer.byteLength(body)}\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\n\r\n${body}`
}
