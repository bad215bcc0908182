import { type Dispatcher, Pool } from 'undici'
import type { SendOutcome } from '../../core/delivery/send-outcome.ts'
import { isCertificateFault } from '../certificate-fault.ts'

/** HTTP/1.1 over a few connections that are kept; see docs/adr/0012-fcm-over-http-1.md. */
export interface FcmHttp {
  /** Throws where there is no whole answer. */
  post(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>
  /** Waits for what is under way; nothing can be posted any more. */
  close(): Promise<void>
}

export interface HttpRequest {
  readonly path: string
  readonly contentType: string
  readonly authorization: string | undefined
  readonly body: string
}

export interface HttpAnswer {
  readonly status: number
  readonly retryAfter: string | undefined
  readonly body: string
}

export interface HttpOptions {
  readonly origin: string
  /** Who signs its certificate, in PEM, where that is nobody whom the system trusts. */
  readonly ca: string | undefined
  readonly connections: number
}

const CONNECT_MS = 5_000
/** Callers give up earlier; this is for a peer that sends its answer drop by drop. */
const ANSWER_MS = 10_000
const IDLE_MS = 30_000
const ANSWER_BYTES_MAX = 65_536

export function openFcmHttp({ origin, ca, connections }: HttpOptions): FcmHttp {
  const pool = new Pool(origin, {
    connections,
    pipelining: 1,
    // Undici would offer it otherwise.
    allowH2: false,
    connect: { timeout: CONNECT_MS, ...(ca !== undefined && { ca }) },
    headersTimeout: ANSWER_MS,
    bodyTimeout: ANSWER_MS,
    keepAliveTimeout: IDLE_MS,
    maxResponseSize: ANSWER_BYTES_MAX,
  })
  let closing: Promise<void> | undefined
  return {
    post: (request, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) throw givenUp()
        pool.dispatch(
          { path: request.path, method: 'POST', headers: headersOf(request), body: request.body },
          createAnswerReader(signal, resolve, reject),
        )
      }),
    close() {
      closing ??= pool.close()
      return closing
    },
  }
}

function headersOf({ contentType, authorization }: HttpRequest): string[] {
  const headers = ['content-type', contentType]
  if (authorization !== undefined) headers.push('authorization', authorization)
  return headers
}

/** `pool.request` would make a stream of each answer, which nobody here needs. */
function createAnswerReader(
  signal: AbortSignal,
  resolve: (answer: HttpAnswer) => void,
  reject: (error: unknown) => void,
): Dispatcher.DispatchHandler {
  let status = 0
  let retryAfter: string | undefined
  let call: Dispatcher.DispatchController | undefined
  const chunks: Buffer[] = []
  const giveUp = () => {
    const error = givenUp()
    // It may still wait for a connection, and then it is told when it has one.
    call?.abort(error)
    reject(error)
  }
  signal.addEventListener('abort', giveUp, { once: true })
  return {
    onRequestStart(controller) {
      call = controller
      if (signal.aborted) giveUp()
    },
    onResponseStart(_controller, statusCode, headers) {
      status = statusCode
      const given = headers['retry-after']
      retryAfter = typeof given === 'string' ? given : undefined
    },
    onResponseData(_controller, chunk) {
      chunks.push(chunk)
    },
    onResponseEnd() {
      signal.removeEventListener('abort', giveUp)
      resolve({ status, retryAfter, body: textOf(chunks) })
    },
    onResponseError(_controller, error) {
      signal.removeEventListener('abort', giveUp)
      reject(error)
    },
  }
}

const givenUp = () => new Error('given up')

function textOf(chunks: readonly Buffer[]): string {
  const [first, ...others] = chunks
  if (first === undefined) return ''
  return others.length === 0 ? first.toString() : Buffer.concat(chunks).toString()
}

/** What a call that broke means: nobody else's certificate is ever taken for Google's. */
export function outcomeOfFault(error: unknown): FaultOutcome {
  const kind = isCertificateFault(error) ? 'misconfigured' : 'unavailable'
  return { kind, reason: wordsOf(error) }
}

export type FaultOutcome = Extract<SendOutcome, { kind: 'unavailable' | 'misconfigured' }>

/** What broke, in words: the code says more than the message where both families of addresses failed. */
export function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name
  return error.message === '' ? code : `${code}: ${error.message}`
}
