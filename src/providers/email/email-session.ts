import { type Letter, type MailConnection, MailError, openConnection } from './email-connection.ts'
import type { MailServer } from './email-settings.ts'

/** The mail server, over a few connections that are used again. */
export interface EmailSession {
  /** Resolves with the server's words; throws a `MailError`. What is given up is not sent later. */
  send(letter: Letter, signal: AbortSignal): Promise<string>
  /** Connects and logs in, and nothing else. */
  greet(signal: AbortSignal): Promise<void>
  close(): Promise<void>
}

/** Servers may hang up after 5 min (RFC 5321 §4.5.3.2.7), and many do so sooner. */
const IDLE_MS = 20_000

interface Line {
  readonly connection: MailConnection
  messages: number
}

export function createEmailSession(server: MailServer): EmailSession {
  const places = createPlaces(server.connectionsMax)
  const underWay = new Set<AbortController>()
  let isClosed = false
  let idle: { readonly line: Line; readonly timer: NodeJS.Timeout }[] = []

  function takeIdle(): Line | undefined {
    for (let one = idle.pop(); one !== undefined; one = idle.pop()) {
      clearTimeout(one.timer)
      if (one.line.connection.isAlive) return one.line
    }
    return undefined
  }

  function keep(line: Line): void {
    if (!line.connection.isAlive) return
    if (isClosed || line.messages >= server.messagesMax) {
      line.connection.quit()
      return
    }
    const timer = setTimeout(() => {
      idle = idle.filter((one) => one.line !== line)
      line.connection.quit()
    }, IDLE_MS)
    timer.unref()
    idle.push({ line, timer })
  }

  async function open(signal: AbortSignal): Promise<Line> {
    return { connection: await openConnection(server, signal), messages: 0 }
  }

  async function post(line: Line, letter: Letter, signal: AbortSignal): Promise<string> {
    const { connection } = line
    const giveUp = () => connection.destroy()
    signal.addEventListener('abort', giveUp, { once: true })
    try {
      line.messages++
      return await connection.send(letter)
    } catch (error) {
      if (connection.isAlive) await connection.reset().catch(() => connection.destroy())
      throw error
    } finally {
      signal.removeEventListener('abort', giveUp)
      keep(line)
    }
  }

  async function send(letter: Letter, signal: AbortSignal): Promise<string> {
    const used = takeIdle()
    if (used === undefined) return await post(await open(signal), letter, signal)
    try {
      return await post(used, letter, signal)
    } catch (error) {
      // The server had hung up meanwhile, and has seen nothing of the letter.
      if (signal.aborted || !isStale(error)) throw error
      return await post(await open(signal), letter, signal)
    }
  }

  /** Gives up when the caller does, and when all is closed. `AbortSignal.any` would remember each call. */
  async function patiently<T>(
    signal: AbortSignal,
    work: (patience: AbortSignal) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted()
    const patience = new AbortController()
    const giveUp = () => patience.abort(signal.reason)
    signal.addEventListener('abort', giveUp, { once: true })
    underWay.add(patience)
    if (isClosed) patience.abort()
    try {
      return await work(patience.signal)
    } finally {
      underWay.delete(patience)
      signal.removeEventListener('abort', giveUp)
    }
  }

  return {
    send: (letter, signal) =>
      patiently(signal, async (patience) => {
        const leave = await places.take(patience)
        try {
          return await send(letter, patience)
        } finally {
          leave()
        }
      }),
    greet: (signal) =>
      patiently(signal, async (patience) => (await open(patience)).connection.quit()),
    async close() {
      isClosed = true
      for (const patience of underWay) patience.abort()
      for (let line = takeIdle(); line !== undefined; line = takeIdle()) line.connection.quit()
    },
  }
}

function isStale(error: unknown): boolean {
  if (!(error instanceof MailError) || error.hasBegun) return false
  const { response } = error.fault
  return response === undefined || response.startsWith('421')
}

interface Places {
  /** Resolves when there is room, with what gives it back. Throws where `signal` says so before. */
  take(signal: AbortSignal): Promise<() => void>
}

/** As many as there may be connections; the others wait in line, and leave it when they are given up. */
function createPlaces(max: number): Places {
  const waiting = new Set<() => void>()
  let free = max

  function leave(): void {
    free++
    const [next] = waiting
    next?.()
  }

  return {
    async take(signal) {
      while (free === 0) {
        const { promise, resolve } = Promise.withResolvers<void>()
        signal.addEventListener('abort', () => resolve(), { once: true })
        waiting.add(resolve)
        await promise
        waiting.delete(resolve)
        if (signal.aborted) break
      }
      signal.throwIfAborted()
      free--
      return leave
    },
  }
}
