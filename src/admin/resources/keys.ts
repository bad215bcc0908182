import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Actor } from '../../core/admin/actor.ts'
import type { ApiKey, ApiKeyWithSecret } from '../../core/admin/api-key.ts'
import type { ApiKeys } from '../../core/admin/api-keys.ts'
import type { ActionTools } from '../../core/admin/perform.ts'
import { scopesOf } from '../../core/admin/scopes.ts'
import { DomainError } from '../../core/domain-error.ts'
import type { UnitOfWork } from '../../core/ports/unit-of-work.ts'
import { actorOf } from '../authentication.ts'
import { sendWithTag } from '../etag.ts'
import { making } from '../making.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { readTime } from '../read-time.ts'
import { PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, type WriteParts, writer } from '../write.ts'
import {
  KeyBody,
  KeyId,
  KeyRotation,
  KeyWithSecretBody,
  keyBody,
  NewKeyBody,
} from './key-schemas.ts'

export interface KeyRoutesOptions extends WriteParts {
  /** The keys, on whatever transaction is under way. */
  readonly apiKeysOn: (unitOfWork: UnitOfWork) => ApiKeys
}

const params = parameters({ id: KeyId })

const DAY_SECONDS = 86_400

export const keyRoutes: FastifyPluginAsyncTypebox<KeyRoutesOptions> = async (app, options) => {
  const { parts, apiKeysOn } = options
  const keys = apiKeysOn(parts.unitOfWork)
  const keysOn = ({ stores }: ActionTools) => apiKeysOn({ run: (work) => work(stores) })
  const change = writer(options)

  app.get(
    '/keys',
    read('keys', 'listKeys', 'Lists API keys, by id.', {
      querystring: PageQuery,
      response: { 200: pageOf('ApiKeyPage', KeyBody) },
    }),
    async ({ query }) => sendPage(await keys.list(query), keyBody),
  )

  app.post(
    '/keys',
    write('keys', 'createKey', 'Makes an API key, which is shown this once.', {
      body: NewKeyBody,
      response: { 201: KeyWithSecretBody },
    }),
    async (request, reply) => {
      const { expiresAt, ...key } = request.body
      checkRights(actorOf(request), { ...key, scopes: key.scopes })
      const ends = expiresAt === undefined ? undefined : new Date(readTime('expiresAt', expiresAt))
      return change(
        request,
        reply,
        making('key', async (tools) =>
          madeKey(await keysOn(tools).add({ ...key, expiresAt: ends })),
        ),
      )
    },
  )

  app.get(
    '/keys/:id',
    read('keys', 'readKey', 'Reads an API key.', { params, response: { 200: KeyBody } }),
    async (request, reply) =>
      sendWithTag(request, reply, keyBody(await keys.show(request.params.id))),
  )

  app.post(
    '/keys/:id(^[0-9a-z]+)::rotate',
    write('keys', 'rotateKey', 'Makes a key of the same rights; the old one ends soon.', {
      params,
      body: KeyRotation,
      response: { 201: KeyWithSecretBody },
    }),
    async (request, reply) => {
      const { id } = request.params
      const { overlapSeconds = DAY_SECONDS } = request.body
      const until = new Date(parts.now().getTime() + overlapSeconds * 1000)
      return change(request, reply, {
        ...onKey('rotate', id),
        async run(tools) {
          const onTransaction = keysOn(tools)
          checkRights(actorOf(request), await onTransaction.show(id))
          const { body } = madeKey(await onTransaction.rotate(id, until))
          return { status: 201, body }
        },
      })
    },
  )

  app.delete(
    '/keys/:id',
    write('keys', 'deleteKey', 'Withdraws an API key now.', { params, response: { 204: NOTHING } }),
    async (request, reply) => {
      const { id } = request.params
      return change(request, reply, {
        ...onKey('delete', id),
        async run(tools) {
          await keysOn(tools).remove(id)
          return { status: 204 }
        },
      })
    },
  )
}

/** Nobody gets at more rights by making a key, or by having one made anew, than they have. */
function checkRights(
  { scopes }: Actor,
  { role, scopes: narrowedTo }: Pick<ApiKey, 'role' | 'scopes'>,
) {
  const missing = [...scopesOf(role, narrowedTo)].filter((scope) => !scopes.has(scope))
  if (missing.length === 0) return
  const message = `this API key can't give what it lacks: ${missing.join(', ')}`
  throw new DomainError('FORBIDDEN', message, 'role')
}

function madeKey({ key, secret }: ApiKeyWithSecret) {
  const state = keyBody(key)
  return { id: key.id, state, body: { ...state, key: secret } }
}

function onKey(verb: string, id: string) {
  return {
    action: `key.${verb}`,
    target: `key/${id}`,
    async snapshot({ stores }: ActionTools) {
      const key = await stores.apiKeys.find(id)
      return key && keyBody(key)
    },
  }
}
