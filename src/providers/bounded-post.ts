import type { Dispatcher } from 'undici'

export interface PostCall {
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

export interface PostAnswer {
  readonly status: number
  readonly location: string | undefined
  readonly retryAfter: string | undefined
  /** The beginning of the body. */
  readonly text: string
}

/** What is read of a body; more, and the connection is closed. */
const BODY_BYTES_MAX = 16_384

/**
 * One POST and its answer, no matter how long that would be. The status is an answer, whatever becomes
 * of the body. No redirect is followed. Throws where there is no status, and as soon as `signal` says so.
 *
 * By a handler of our own: `request()` makes a stream for each body, which costs as much as sending.
 */
export function boundedPost(
  dispatcher: Dispatcher,
  { path, headers, body }: PostCall,
  signal: AbortSignal,
): Promise<PostAnswer> {
  if (signal.aborted) return Promise.reject(TOO_LATE)
  return new Promise((resolve, reject) => {
    const handler = createHandler(resolve, reject, signal)
    dispatcher.dispatch({ method: 'POST', path, headers: { ...headers }, body }, handler)
  })
}

function createHandler(
  resolve: (answer: PostAnswer) => void,
  reject: (error: unknown) => void,
  signal: AbortSignal,
): Dispatcher.DispatchHandler {
  let begun: Omit<PostAnswer, 'text'> | undefined
  let running: Dispatcher.DispatchController | undefined
  const chunks: Buffer[] = []
  let bytes = 0

  function finish(error?: Error): void {
    signal.removeEventListener('abort', giveUp)
    if (begun === undefined) reject(error)
    else resolve({ ...begun, text: Buffer.concat(chunks).toString() })
  }
  function giveUp(): void {
    // A call that waits for a connection can't be taken back: it is stopped when it begins.
    running?.abort(TOO_LATE)
    finish(TOO_LATE)
  }
  signal.addEventListener('abort', giveUp)

  return {
    onRequestStart(controller) {
      running = controller
      if (signal.aborted) controller.abort(TOO_LATE)
    },
    onResponseStart(_, status, { location, 'retry-after': retryAfter }) {
      begun = { status, location: first(location), retryAfter: first(retryAfter) }
    },
    onResponseData(controller, chunk) {
      chunks.push(chunk)
      bytes += chunk.length
      if (bytes > BODY_BYTES_MAX) controller.abort(TOO_LONG)
    },
    onResponseEnd: () => finish(),
    onResponseError: (_, error) => finish(error),
  }
}

const TOO_LATE = new Error('given up')
const TOO_LONG = new Error('the answer is too long')

function first(value: string | string[] | undefined): string | undefined {
  return typeof value === 'object' ? value[0] : value
}
