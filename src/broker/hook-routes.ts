import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import type { FastifyBaseLogger, FastifyPluginAsync } from 'fastify'
import { IDENTIFIER_BYTES_MAX } from '../core/access/identifier.ts'
import type { LoginQuestion, LoginVerdict } from '../core/access/login.ts'
import type { Access, HookMeter, HookQuestion } from '../core/ports/hook-ports.ts'
import type { BrokerProof } from './broker-proof.ts'
import { Emqx4Connect, Emqx4Topic, emqx4 } from './emqx4.ts'
import { Emqx5Connect, Emqx5Topic, emqx5 } from './emqx5.ts'
import { openHookDoor, readQuery } from './hook-door.ts'

export interface HookRoutesOptions {
  readonly access: Access
  readonly proof: BrokerProof
  readonly meter: HookMeter
  readonly deadlineMs: number
}

/** What EMQX 5 and 6 ask, by POST and in JSON. */
export const emqx5Routes: FastifyPluginAsync<HookRoutesOptions> = async (instance, options) => {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { answer, catchLate } = openHookDoor(instance, { ...options, dialect: emqx5 })
  const { access } = options

  app.post(
    '/connect',
    { ...asks('connect'), schema: { body: Emqx5Connect } },
    async (request, reply) => {
      const question = emqx5.readConnect(request.body)
      const verdict = await access.mayConnect(question).catch(catchLate(reply))
      noteLogin(request.log, question, verdict)
      return answer('connect', request, reply, verdict, emqx5.answerConnect(verdict))
    },
  )

  app.post('/topic', { ...asks('topic'), schema: { body: Emqx5Topic } }, async (request, reply) => {
    const verdict = await access.mayUseTopic(emqx5.readTopic(request.body)).catch(catchLate(reply))
    return answer('topic', request, reply, verdict, emqx5.answerTopic(verdict))
  })
}

/** What EMQX 4 and 2 ask: a form or JSON by POST, or a query by GET, as the broker is told to. */
export const emqx4Routes: FastifyPluginAsync<HookRoutesOptions> = async (instance, options) => {
  const app = instance.withTypeProvider<TypeBoxTypeProvider>()
  const { answer, catchLate } = openHookDoor(instance, { ...options, dialect: emqx4 })
  const { access } = options

  app.post(
    '/connect',
    { ...asks('connect'), schema: { body: Emqx4Connect } },
    async (request, reply) => {
      const question = emqx4.readConnect(request.body)
      const verdict = await access.mayConnect(question).catch(catchLate(reply))
      noteLogin(request.log, question, verdict)
      return answer('connect', request, reply, verdict, emqx4.answerConnect(verdict))
    },
  )

  app.get(
    '/connect',
    { ...asks('connect'), schema: { querystring: Emqx4Connect }, preValidation: readQuery },
    async (request, reply) => {
      const question = emqx4.readConnect(request.query)
      const verdict = await access.mayConnect(question).catch(catchLate(reply))
      noteLogin(request.log, question, verdict)
      return answer('connect', request, reply, verdict, emqx4.answerConnect(verdict))
    },
  )

  app.post('/topic', { ...asks('topic'), schema: { body: Emqx4Topic } }, async (request, reply) => {
    const verdict = await access.mayUseTopic(emqx4.readTopic(request.body)).catch(catchLate(reply))
    return answer('topic', request, reply, verdict, emqx4.answerTopic(verdict))
  })

  app.get(
    '/topic',
    { ...asks('topic'), schema: { querystring: Emqx4Topic }, preValidation: readQuery },
    async (request, reply) => {
      const verdict = await access
        .mayUseTopic(emqx4.readTopic(request.query))
        .catch(catchLate(reply))
      return answer('topic', request, reply, verdict, emqx4.answerTopic(verdict))
    },
  )

  // A superuser is asked nothing more, so there is none.
  app.route({
    method: ['GET', 'POST'],
    url: '/superuser',
    ...asks('superuser'),
    handler: async (request, reply) =>
      answer('superuser', request, reply, NOBODY, emqx4.refuse('deny')),
  })
}

const NOBODY = { kind: 'deny', reason: 'no-superusers' } as const

/** Why a login was refused is for whoever runs Herald, and for nobody who asks. */
function noteLogin(log: FastifyBaseLogger, question: LoginQuestion, verdict: LoginVerdict): void {
  if (verdict.kind === 'allow') return
  // Names come from the wire, up to 65,535 bytes each.
  const uid = question.username.slice(0, IDENTIFIER_BYTES_MAX)
  const clientId = question.clientId.slice(0, IDENTIFIER_BYTES_MAX)
  log.info({ uid, clientId, address: question.address, ...verdict }, 'login refused')
}

function asks(question: HookQuestion): { config: { question: HookQuestion } } {
  return { config: { question } }
}
