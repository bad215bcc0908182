import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { EventIntake } from '../../core/events/event-intake.ts'
import type { EventMeter } from '../../core/ports/event-ports.ts'
import { createQuietLog } from '../../core/quiet-log.ts'
import { type BrokerProof, SECRET_HEADER } from '../broker-proof.ts'
import { createEventAnswers } from './event-answers.ts'
import { acceptEventBodies, EVENT_BODY_BYTES_MAX, eventBodyOf } from './event-body.ts'
import type { EventDialect } from './event-dialect.ts'
import type { EventHoldings } from './event-holdings.ts'
import { createEventKeeper } from './event-keeper.ts'
import type { Patience } from './take-within.ts'

export interface EventDoorOptions {
  readonly dialect: EventDialect
  readonly intake: EventIntake
  readonly proof: BrokerProof
  readonly meter: EventMeter
  readonly holdings: EventHoldings
  readonly patience: Patience
}

/**
 * Makes `app` a door for the events of one dialect: proof of the broker, bounded memory, and answers
 * that make the broker do what is right.
 *
 * Yes means that all of it is stored for good, among the rejected what can't be understood: told no, a
 * broker would throw it away unseen. Not now is said where trying again may help.
 */
export function openEventDoor(app: FastifyInstance, options: EventDoorOptions): void {
  const { dialect, proof, meter, holdings } = options
  const quietly = createQuietLog(app.log)
  const { answer, busy, unread } = createEventAnswers(options)
  const keep = createEventKeeper({ ...options, quietly })

  app.decorateRequest('heldBytes', undefined)
  app.addHook('onRequest', (request, reply, done) => {
    const address = request.socket.remoteAddress
    const missing = proof(request.headers[SECRET_HEADER], address)
    if (missing !== undefined) {
      const fields = { dialect: dialect.name, missing, address }
      quietly('warn', 'hook call without proof of the broker', fields)
      meter.counted(dialect.name, 'unread', 'unproven')
      answer(request, reply, STATUS_WITHOUT_PROOF[missing])
      return
    }
    const bytes = bytesOf(request)
    if (!holdings.hold(bytes)) {
      unread(request, reply)
      return
    }
    request.heldBytes = bytes
    // What a broker calls its JSON is no matter; Fastify would refuse what is no type.
    request.headers['content-type'] = 'application/json'
    done()
  })

  app.setErrorHandler((error, request, reply) => {
    // Where all of it has come, nothing is in the way of those behind it.
    if (request.raw.complete) reply.removeHeader('connection')
    quietly('error', 'events could not be read', { dialect: dialect.name, err: error })
    return unread(request, reply)
  })

  acceptEventBodies(app)
  app.post('/events', async (request, reply) => {
    const isStored = await keep(eventBodyOf(request.body))
    return isStored ? answer(request, reply, 204) : busy(request, reply)
  })
}

const STATUS_WITHOUT_PROOF = { 'wrong-secret': 401, 'foreign-address': 403 } as const

/** What a body may take up at most, as far as it is known before it is read. */
function bytesOf({ headers }: FastifyRequest): number {
  const declared = Number(headers['content-length'] ?? EVENT_BODY_BYTES_MAX)
  return Math.min(declared, EVENT_BODY_BYTES_MAX)
}
