import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Verdict } from '../core/access/verdict.ts'
import type { HookMeter, HookQuestion } from '../core/ports/hook-ports.ts'
import { createQuietLog } from '../core/quiet-log.ts'
import { type BrokerProof, SECRET_HEADER } from './broker-proof.ts'
import type { HookReply } from './dialect.ts'
import { parseFormFields, parseJsonFields, parseQueryFields } from './hook-body.ts'

declare module 'fastify' {
  interface FastifyRequest {
    hookDeadline: NodeJS.Timeout | undefined
    askedAt: number
  }
  interface FastifyContextConfig {
    question?: HookQuestion
  }
}

/**
 * Two names and a topic or password have at most 65,535 bytes each, of which JSON can make six times
 * as many (`\\u0001`). A question that is too long costs the connection, and those behind it.
 */
const BODY_BYTES_MAX = 2_097_152

export interface HookDoorOptions {
  readonly dialect: { readonly name: string; refuse(kind: 'deny' | 'unavailable'): HookReply }
  readonly proof: BrokerProof
  readonly meter: HookMeter
  /** Every question is answered within this time, or its socket is closed. */
  readonly deadlineMs: number
}

/** Answers a question and counts it. */
export type Answer = (
  question: HookQuestion,
  request: FastifyRequest,
  reply: FastifyReply,
  verdict: Verdict,
  spelled: HookReply,
) => FastifyReply

export interface HookDoor {
  readonly answer: Answer
  /**
   * Catches a decision that breaks after its deadline: the question is answered then. Fastify would
   * log each of them, and where Postgres hangs that is every question.
   */
  catchLate(reply: FastifyReply): (error: unknown) => Verdict<never>
}

/**
 * Makes `app` a door for brokers of one dialect: proof of the broker, strict bodies, a deadline, and
 * refusals in the dialect whatever goes wrong.
 *
 * A question left open poisons the broker's connection: the broker gives up, but keeps the socket,
 * and later questions on it wait behind the dead one.
 */
export function openHookDoor(
  app: FastifyInstance,
  { dialect, proof, meter, deadlineMs }: HookDoorOptions,
): HookDoor {
  const quietly = createQuietLog(app.log)

  const answer: Answer = (question, request, reply, verdict, spelled) => {
    clearTimeout(request.hookDeadline)
    // The deadline may have answered before.
    if (reply.sent) return reply
    const durationMs = performance.now() - request.askedAt
    const reason = verdict.kind === 'allow' ? undefined : verdict.reason
    meter.answered(dialect.name, question, verdict.kind, durationMs, reason)
    return send(reply, spelled)
  }

  function refuse(
    request: FastifyRequest,
    reply: FastifyReply,
    kind: 'deny' | 'unavailable',
    reason: string,
  ): FastifyReply {
    // Routes know what they are asked; here it has to be looked up, which costs more.
    const question = request.routeOptions.config.question ?? 'topic'
    return answer(question, request, reply, { kind, reason }, dialect.refuse(kind))
  }

  function onLate(request: FastifyRequest, reply: FastifyReply): void {
    quietly('error', 'question not answered in time', { dialect: dialect.name, deadlineMs })
    // Half a body: no answer would be read as one.
    if (!request.raw.complete) request.raw.destroy()
    else refuse(request, reply, 'unavailable', 'deadline')
  }

  app.decorateRequest('hookDeadline', undefined)
  app.decorateRequest('askedAt', 0)
  app.addHook('onRequest', (request, reply, done) => {
    request.askedAt = performance.now()
    request.hookDeadline = setTimeout(onLate, deadlineMs, request, reply)
    const missing = proof(request.headers[SECRET_HEADER], request.socket.remoteAddress)
    if (missing === undefined) {
      done()
      return
    }
    quietly('warn', 'hook call without proof of the broker', {
      dialect: dialect.name,
      missing,
      address: request.socket.remoteAddress,
    })
    refuse(request, reply, 'deny', missing)
  })

  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    // Fastify closes after a body that it can't parse, which would leave the questions behind it on the
    // broker's connection without an answer. Where all of it has come, nothing is in their way.
    if (request.raw.complete) reply.removeHeader('connection')
    if (isBadInput(error)) {
      quietly('warn', 'hook call that is no question', { dialect: dialect.name, err: error })
      return refuse(request, reply, 'deny', 'bad-request')
    }
    quietly('error', 'access decision failed', { dialect: dialect.name, err: error })
    return refuse(request, reply, 'unavailable', 'fault')
  })

  acceptBodies(app)
  return {
    answer,
    catchLate: (reply) => (error) => {
      if (!reply.sent) throw error
      quietly('error', 'access decision failed late', { dialect: dialect.name, err: error })
      return LATE
    },
  }
}

const LATE = { kind: 'unavailable', reason: 'deadline' } as const

/** A decision that breaks has no status of the client's fault. */
function isBadInput({ statusCode }: { statusCode?: number }): boolean {
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500
}

function acceptBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const options = { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX } as const
  app.addContentTypeParser('application/json', options, (_request, body: Buffer, done) => {
    parse(parseJsonFields, body, done)
  })
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    options,
    (_request, body: Buffer, done) => parse(parseFormFields, body, done),
  )
}

/** A route's `preValidation`: the query read strictly, since Fastify's own reading lets much pass. */
export function readQuery(
  request: FastifyRequest,
  _reply: FastifyReply,
  done: (error?: Error) => void,
): void {
  parse(parseQueryFields, request.raw.url ?? '', (error, fields) => {
    if (error !== null) return done(error)
    request.query = fields
    done()
  })
}

function parse<Text>(
  read: (text: Text) => unknown,
  text: Text,
  done: (error: Error | null, fields?: unknown) => void,
): void {
  try {
    done(null, read(text))
  } catch (error) {
    done(error instanceof Error ? error : new Error('unreadable body', { cause: error }))
  }
}

function send(reply: FastifyReply, { status, contentType, body }: HookReply): FastifyReply {
  return reply.code(status).header('content-type', contentType).send(body)
}
