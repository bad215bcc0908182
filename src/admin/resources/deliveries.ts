import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { DeliveryKey } from '../../core/delivery/claimed-delivery.ts'
import { deliveryNotFound, discard, redrive } from '../../core/delivery/dead-delivery.ts'
import { DEAD_STATES } from '../../core/delivery/dead-states.ts'
import { readDeliveryRef, writeDeliveryRef } from '../../core/delivery/delivery-ref.ts'
import { readPage } from '../../core/directory/page.ts'
import type { DeliverySearch } from '../../core/ports/dead-deliveries.ts'
import { sendWithTag } from '../etag.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { readFuture } from '../read-time.ts'
import { choice, Identifier, line, named, PAGE, pageOf, parameters, Time } from '../schemas.ts'
import { type WriteParts, writer } from '../write.ts'
import {
  DeliveryBody,
  DeliveryId,
  DeliveryTraceBody,
  deliveryBody,
  deliveryTraceBody,
} from './delivery-schemas.ts'
import { ProviderName } from './provider-schemas.ts'

export interface DeliveryRoutesOptions extends WriteParts {
  readonly deliveries: Pick<DeliverySearch, 'list' | 'find'>
}

const querystring = parameters({
  ...PAGE,
  user: Type.Optional(Identifier),
  state: Type.Optional(choice(DEAD_STATES, 'All three where it is left out.')),
  provider: Type.Optional(ProviderName),
  reason: Type.Optional(line(500, 'Exactly as it stands in a delivery.')),
})

const params = parameters({ id: DeliveryId })

const Redrive = named(
  'Redrive',
  { expiresAt: Type.Optional(Time) },
  'Until when it is worth sending; as before where it is left out.',
)

export const deliveryRoutes: FastifyPluginAsyncTypebox<DeliveryRoutesOptions> = async (
  app,
  options,
) => {
  const { deliveries, parts } = options
  const change = writer(options)

  app.get(
    '/deliveries',
    read(
      'deliveries',
      'listDeliveries',
      'Lists deliveries that reached nobody, the newest first; those that did are in the trace of their message.',
      { querystring, response: { 200: pageOf('DeliveryPage', DeliveryBody) } },
    ),
    async ({ query: { user, state, provider, reason, ...page } }) => {
      const states = state === undefined ? DEAD_STATES : [state]
      const filter = { uid: user, states, provider, reason }
      const found = await readPage(
        page,
        writeDeliveryRef,
        ({ after, limit }) => deliveries.list(filter, { after: readDeliveryRef(after), limit }),
        (text) => readDeliveryRef(text) !== undefined,
      )
      return sendPage(found, deliveryBody)
    },
  )

  app.get(
    '/deliveries/:id',
    read('deliveries', 'readDelivery', 'Reads a delivery with its attempts.', {
      params,
      response: { 200: DeliveryTraceBody },
    }),
    async (request, reply) => {
      const { id } = request.params
      const found = await deliveries.find(keyOf(id))
      if (found === undefined) throw deliveryNotFound(id)
      return sendWithTag(request, reply, deliveryTraceBody(found))
    },
  )

  app.post(
    '/deliveries/:id(^[0-9a-f-]+)::redrive',
    write('deliveries', 'redriveDelivery', 'Has what failed or expired sent again.', {
      params,
      body: Redrive,
      response: { 200: DeliveryTraceBody },
    }),
    async (request, reply) => {
      const key = keyOf(request.params.id)
      const { expiresAt } = request.body
      const nowMs = parts.now().getTime()
      const until = readFuture('expiresAt', expiresAt, nowMs)
      return change(
        request,
        reply,
        onDelivery('redrive', key, ({ stores }) =>
          redrive(stores.deadDeliveries, key, until, nowMs),
        ),
      )
    },
  )

  app.post(
    '/deliveries/:id(^[0-9a-f-]+)::discard',
    write('deliveries', 'discardDelivery', 'Gives up what failed or expired.', {
      params,
      response: { 200: DeliveryTraceBody },
    }),
    async (request, reply) => {
      const key = keyOf(request.params.id)
      const giveUp = ({ stores }: ActionTools) => discard(stores.deadDeliveries, key)
      return change(request, reply, onDelivery('discard', key, giveUp))
    },
  )
}

function keyOf(id: string): DeliveryKey {
  const key = readDeliveryRef(id)
  if (key === undefined) throw deliveryNotFound(id)
  return key
}

function onDelivery(verb: string, key: DeliveryKey, work: (tools: ActionTools) => Promise<void>) {
  const snapshot = async ({ stores }: ActionTools) => {
    const found = await stores.deadDeliveries.lock(key)
    return found && deliveryTraceBody(found)
  }
  return {
    action: `delivery.${verb}`,
    target: `delivery/${writeDeliveryRef(key)}`,
    snapshot,
    async run(tools: ActionTools) {
      await work(tools)
      return { status: 200, body: await snapshot(tools) }
    },
  }
}
