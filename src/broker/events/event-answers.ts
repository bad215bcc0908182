import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EventMeter } from '../../core/ports/event-ports.ts'
import type { EventDialect } from './event-dialect.ts'
import type { EventHoldings } from './event-holdings.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the request takes up of the holdings; undefined where it takes up nothing. */
    heldBytes: number | undefined
  }
}

export interface EventAnswersParts {
  readonly dialect: EventDialect
  readonly meter: EventMeter
  readonly holdings: EventHoldings
}

/** Answers requests, and gives back what they held. */
export interface EventAnswers {
  answer(request: FastifyRequest, reply: FastifyReply, status: 204 | 401 | 403): FastifyReply
  /** Not now. */
  busy(request: FastifyRequest, reply: FastifyReply): FastifyReply
  /** Not now, to a request that nobody has read. */
  unread(request: FastifyRequest, reply: FastifyReply): FastifyReply
}

export function createEventAnswers({ dialect, meter, holdings }: EventAnswersParts): EventAnswers {
  function answer(request: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
    if (request.heldBytes !== undefined) holdings.release(request.heldBytes)
    request.heldBytes = undefined
    return reply.code(status).send()
  }

  function busy(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    return answer(request, reply.header('retry-after', '1'), dialect.busy.status)
  }

  return {
    answer,
    busy,
    unread(request, reply) {
      meter.counted(dialect.name, 'unread', dialect.busy.result)
      return busy(request, reply)
    },
  }
}
