import type { FastifyInstance, FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { CallbackDesk, CallbackMeter, CallbackOutcome } from '../core/ports/callback-desk.ts'
import type { CallbackRequest } from '../core/ports/callback-reader.ts'
import { createQuietLog } from '../core/quiet-log.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** As it was sent: Fastify would refuse what is no type. */
    sentContentType: string | undefined
  }
}

/** A vendor's report is a few hundred bytes; batches of them are a few KiB. */
const BODY_BYTES_MAX = 65_536

export interface CallbackRoutesOptions {
  readonly desk: CallbackDesk
  readonly meter: CallbackMeter
  /** Where providers find us, without a slash at its end; undefined where nobody has said. */
  readonly publicUrl: string | undefined
  /** Calls that are read or stored at once; further ones are told to come again. */
  readonly callsMax: number
  /** Whoever takes longer than this to send a call is cut off. */
  readonly patienceMs: number
  readonly now: () => number
}

/**
 * What providers call us with: `/callbacks/<name of the provider>`, and anything below. Everybody can
 * reach it, so nothing is believed but what the provider's own reader has proven, and what was wrong is
 * told to the log alone, without the body.
 */
export const callbackRoutes: FastifyPluginAsync<CallbackRoutesOptions> = async (app, options) => {
  const quietly = createQuietLog(app.log)
  const refuse = createRefusals(options.meter)
  limitCalls(app, options, refuse)
  takeAnyBody(app)

  async function take(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const name = nameIn(request)
    const { desk, meter } = options
    const result = await desk.take(name, callbackOf(request, options))
    if (result.kind === 'unknown') return refuse(reply, 'unknown')
    if (result.kind === 'refused') {
      const { reason, status } = result
      quietly('warn', 'callback refused', { provider: name, reason, address: request.ip })
      return refuse(reply, 'refused', { status, provider: name })
    }
    meter.called(name, 'stored')
    const { status, contentType, body } = result.reply
    if (contentType !== '') reply.type(contentType)
    return reply.code(status).send(body)
  }

  app.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const { statusCode = 500 } = error
    if (statusCode >= 400 && statusCode < 500)
      return refuse(reply, 'refused', { status: statusCode })
    quietly('error', 'callback could not be stored', { err: error })
    return refuse(reply, 'failed')
  })
  app.route({ method: ['GET', 'POST'], url: '/:provider', handler: take })
  app.route({ method: ['GET', 'POST'], url: '/:provider/*', handler: take })
}

type Refuse = (
  reply: FastifyReply,
  outcome: CallbackOutcome,
  more?: { readonly status?: number; readonly provider?: string },
) => FastifyReply

const REFUSALS = {
  unknown: [404, 'There is no such provider.'],
  refused: [400, 'This is no call of that provider.'],
  busy: [503, 'There are too many calls at once; try again.'],
  failed: [503, 'The call could not be stored; try again.'],
  stored: [200, ''],
} as const satisfies Readonly<Record<CallbackOutcome, readonly [number, string]>>

const RETRY_AFTER_S = 5

function createRefusals(meter: CallbackMeter): Refuse {
  return (reply, outcome, { status, provider = 'unknown' } = {}) => {
    const [usual, detail] = REFUSALS[outcome]
    const code = `CALLBACK_${outcome.toUpperCase()}`
    meter.called(provider, outcome)
    if (usual === 503) reply.header('retry-after', RETRY_AFTER_S)
    return reply
      .code(status ?? usual)
      .type('application/problem+json')
      .send({ title: 'Callback', status: status ?? usual, code, detail })
  }
}

/** Form, JSON, or what else a vendor sends: signatures are made over the bytes. */
function takeAnyBody(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const options = { parseAs: 'buffer', bodyLimit: BODY_BYTES_MAX } as const
  app.addContentTypeParser('*', options, (_request, body: Buffer, done) => done(null, body))
  app.decorateRequest('sentContentType', undefined)
  app.addHook('onRequest', (request, _reply, done) => {
    request.sentContentType = request.headers['content-type']
    request.headers['content-type'] = 'application/octet-stream'
    done()
  })
}

function limitCalls(
  app: FastifyInstance,
  { callsMax, patienceMs }: CallbackRoutesOptions,
  refuse: Refuse,
): void {
  let calls = 0
  app.addHook('onRequest', (request, reply, done) => {
    if (calls >= callsMax) {
      // Its body is not read.
      refuse(reply.header('connection', 'close'), 'busy')
      return
    }
    calls++
    const timer = setTimeout(() => request.raw.destroy(), patienceMs)
    reply.raw.once('close', () => {
      calls--
      clearTimeout(timer)
    })
    done()
  })
}

function callbackOf(
  request: FastifyRequest,
  { publicUrl = '', now }: CallbackRoutesOptions,
): CallbackRequest {
  const { method, body, raw } = request
  return {
    method,
    url: `${publicUrl}${raw.url}`,
    headers: {
      ...Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name, textOf(value)]),
      ),
      'content-type': request.sentContentType,
    },
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
    nowMs: now(),
  }
}

function textOf(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value.join(', ') : value
}

function nameIn({ params }: FastifyRequest): string {
  const isNamed = typeof params === 'object' && params !== null && 'provider' in params
  return isNamed ? String(params.provider) : ''
}
