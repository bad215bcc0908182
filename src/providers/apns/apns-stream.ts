import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from 'node:http2'
import type { ApnsAnswer, ApnsCall } from './apns-call.ts'

/** What a connection hears of its streams. */
export interface StreamEvents {
  /** The peer has said something. */
  answered(): void
  /** Whoever waits for a call does so no longer. */
  givenUp(): void
  closed(call: ApnsCall, fate: StreamFate): void
}

/** How a stream ended; where its call has been answered, that is all there is to say. */
export interface StreamFate {
  /** Undefined where nothing of it was sent. */
  readonly id: number | undefined
  /** RFC 9113 §8.7: "the request was not processed", so it is safe to repeat. */
  readonly isRefused: boolean
  readonly reason: string
}

type ResponseHeaders = IncomingHttpHeaders & IncomingHttpStatusHeader

/** Longer answers are not Apple's. */
const ANSWER_CHARACTERS_MAX = 4_096

/** Sends a call and gives it its answer, where one comes. */
export function runApnsStream(
  session: ClientHttp2Session,
  call: ApnsCall,
  events: StreamEvents,
): void {
  const stream = session.request(call.headers)
  let reason = 'the connection was lost'
  call.attempts += 1
  call.onGivenUp = () => {
    stream.close(constants.NGHTTP2_CANCEL)
    events.givenUp()
  }
  stream.on('response', (headers, flags) => {
    events.answered()
    if (headers[':status'] === 200) settleYes(stream, headers, flags, call)
    else readNo(stream, headers, call)
  })
  stream.on('error', (error) => {
    reason = error.message
  })
  stream.on('close', () => {
    const isRefused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM
    call.onGivenUp = undefined
    events.closed(call, { id: stream.id, isRefused, reason })
  })
  stream.end(call.body)
}

/** A yes says all in its headers. */
function settleYes(
  stream: ClientHttp2Stream,
  headers: ResponseHeaders,
  flags: number,
  call: ApnsCall,
): void {
  call.settle(answerOf(headers, ''))
  if ((flags & constants.NGHTTP2_FLAG_END_STREAM) === 0) stream.resume()
}

function readNo(stream: ClientHttp2Stream, headers: ResponseHeaders, call: ApnsCall): void {
  let body = ''
  let isWhole = false
  stream.setEncoding('utf8')
  stream.on('data', (chunk: string) => {
    if (body.length < ANSWER_CHARACTERS_MAX) body += chunk
  })
  stream.on('end', () => {
    isWhole = true
  })
  // Before the listener that calls it lost: half a no could be any no.
  stream.prependListener('close', () => {
    const isEnded = isWhole && stream.rstCode === constants.NGHTTP2_NO_ERROR
    if (isEnded) call.settle(answerOf(headers, body))
  })
}

function answerOf(headers: ResponseHeaders, body: string): ApnsAnswer {
  const { ':status': status = 0, 'apns-id': apnsId, 'retry-after': retryAfter } = headers
  return {
    kind: 'answered',
    status,
    apnsId: typeof apnsId === 'string' ? apnsId : '',
    retryAfter,
    body,
  }
}
