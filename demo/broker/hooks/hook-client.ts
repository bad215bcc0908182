import { Agent, type IncomingMessage, request } from 'node:http'
import type { Clock } from '../clock.ts'

export interface HookClientOptions {
  readonly headers: Readonly<Record<string, string>>
  /** How long an answer may take; EMQX's `request_timeout`. */
  readonly timeoutMs: number
}

/** What came back from a hook. */
export interface HookAnswer {
  readonly status: number
  readonly contentType: string | undefined
  readonly body: string
}

/** Asks a hook by HTTP POST. */
export interface HookClient {
  /** The answer; undefined where there was none in time. */
  ask(url: string, body: string): Promise<HookAnswer | undefined>
  /** Gives up on every question, now and later. */
  close(): void
}

/** EMQX waits this much longer than its `request_timeout`. */
const GRACE_MS = 500

/** A question whose connection is closed under it is asked again: this many times in all. */
const ATTEMPTS_MAX = 3

/** Questions under way at once; EMQX's 8 connections carry as many by pipelining. */
const SOCKETS_MAX = 64

/** Throws where a hook is not to be reached by plain HTTP, rather than refuse everybody later. */
export function checkHookUrl(url: string | undefined): void {
  if (url === undefined || new URL(url).protocol === 'http:') return
  throw new Error(`The hook ${url} is not an http URL; the broker here speaks no TLS.`)
}

export function createHookClient(optionsNow: () => HookClientOptions, clock: Clock): HookClient {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX })
  const closing = new AbortController()

  return {
    async ask(url, body) {
      const { headers, timeoutMs } = optionsNow()
      const deadline = new AbortController()
      const callOff = clock.after(timeoutMs + GRACE_MS, () => deadline.abort())
      const signal = AbortSignal.any([closing.signal, deadline.signal])
      try {
        return await askRepeatedly({ url, body, headers, agent, signal })
      } finally {
        callOff()
      }
    },
    close() {
      closing.abort()
      agent.destroy()
    },
  }
}

interface Question {
  readonly url: string
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly agent: Agent
  readonly signal: AbortSignal
}

async function askRepeatedly(question: Question): Promise<HookAnswer | undefined> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt++) {
    try {
      return await readAnswer(await post(question))
    } catch (error) {
      if (question.signal.aborted || !wasClosedUnanswered(error)) return undefined
    }
  }
  return undefined
}

function post({ url, body, signal, agent, headers }: Question): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method: 'POST', agent, signal }, resolve)
    outgoing.on('error', reject)
    outgoing.setHeader('content-type', 'application/json')
    for (const [name, value] of Object.entries(headers)) outgoing.setHeader(name, value)
    outgoing.setHeader('content-length', Buffer.byteLength(body))
    // EMQX sends no such header; to keep the connection is HTTP/1.1's default.
    outgoing.removeHeader('connection')
    outgoing.end(body)
  })
}

async function readAnswer(response: IncomingMessage): Promise<HookAnswer> {
  response.setEncoding('utf8')
  let body = ''
  for await (const chunk of response) body += chunk
  const { statusCode = 0, headers } = response
  return { status: statusCode, contentType: headers['content-type'], body }
}

function wasClosedUnanswered(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return error.code === 'ECONNRESET' || error.code === 'EPIPE'
}
