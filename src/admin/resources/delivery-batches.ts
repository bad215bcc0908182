import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { DeliveryKey } from '../../core/delivery/claimed-delivery.ts'
import { MENDABLE_STATES, MENDED_MAX, type MendableState } from '../../core/delivery/dead-states.ts'
import { readDeliveryRef, writeDeliveryRef } from '../../core/delivery/delivery-ref.ts'
import { checkIdentifier, checkText } from '../../core/directory/checks.ts'
import { DomainError } from '../../core/domain-error.ts'
import { doing } from '../making.ts'
import { write } from '../operation.ts'
import { readFuture } from '../read-time.ts'
import { choice, Identifier, line, named, nullable, Time } from '../schemas.ts'
import { type WriteParts, writer } from '../write.ts'
import { DeliveryId } from './delivery-schemas.ts'
import { ProviderName } from './provider-schemas.ts'

const REASON_CHARACTERS_MAX = 500

const FILTER = {
  user: Type.Optional(Identifier),
  state: Type.Optional(choice(MENDABLE_STATES, 'Both where it is left out.')),
  provider: Type.Optional(ProviderName),
  reason: Type.Optional(line(REASON_CHARACTERS_MAX)),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MENDED_MAX,
      description: `${MENDED_MAX} where it is left out.`,
    }),
  ),
  after: Type.Optional(DeliveryId),
}

const RedriveBatch = named(
  'RedriveBatch',
  { ...FILTER, expiresAt: Type.Optional(Time) },
  'Which of those that failed or expired, and until when they are worth sending.',
)

const DiscardBatch = named('DiscardBatch', FILTER, 'Which of those that failed or expired.')

const MendedBody = named(
  'MendedDeliveries',
  {
    done: Type.Integer(),
    skipped: Type.Integer({ description: 'Those that have expired and got no other `expiresAt`.' }),
    next: nullable(Type.String({ description: 'Send it as `after` for those that are left.' })),
  },
  'What became of a batch.',
)

interface BatchFilter {
  readonly user?: string
  readonly state?: MendableState
  readonly provider?: string
  readonly reason?: string
  readonly limit?: number
  readonly after?: string
}

type Mend = (tools: ActionTools, keys: readonly DeliveryKey[]) => Promise<number>

export const deliveryBatchRoutes: FastifyPluginAsyncTypebox<WriteParts> = async (app, options) => {
  const { parts } = options
  const change = writer(options)

  app.post(
    '/deliveries::redrive',
    write('deliveries', 'redriveDeliveries', 'Has those that a filter fits sent again.', {
      body: RedriveBatch,
      response: { 200: MendedBody },
    }),
    async (request, reply) => {
      const { expiresAt, ...filter } = request.body
      const nowMs = parts.now().getTime()
      const until = readFuture('expiresAt', expiresAt, nowMs)
      const mend: Mend = ({ stores }, keys) => stores.deadDeliveries.redrive(keys, until, nowMs)
      return change(request, reply, onBatch('redrive', filter, mend))
    },
  )

  app.post(
    '/deliveries::discard',
    write('deliveries', 'discardDeliveries', 'Gives up those that a filter fits.', {
      body: DiscardBatch,
      response: { 200: MendedBody },
    }),
    async (request, reply) =>
      change(
        request,
        reply,
        onBatch('discard', request.body, ({ stores }, keys) => stores.deadDeliveries.discard(keys)),
      ),
  )
}

/** The audit log keeps the filter and the numbers. */
function onBatch(verb: string, filter: BatchFilter, mend: Mend) {
  return doing(`delivery.${verb}`, 'deliveries', async (tools) => {
    const { keys, next } = await pick(tools, filter)
    const done = await mend(tools, keys)
    const body = { done, skipped: keys.length - done, next }
    return { state: { ...filter, ...body }, body }
  })
}

async function pick(
  { stores }: ActionTools,
  { user, state, limit = MENDED_MAX, ...more }: BatchFilter,
) {
  const { provider, reason } = more
  if (user !== undefined) checkIdentifier('user', user)
  checkText('reason', reason, REASON_CHARACTERS_MAX * 4)
  const states = state === undefined ? MENDABLE_STATES : [state]
  const after = more.after === undefined ? undefined : readDeliveryRef(more.after)
  if (more.after !== undefined && after === undefined) {
    throw new DomainError('INVALID_PAGE', 'after must be the "next" of an earlier batch', 'after')
  }
  const filter = { uid: user, states, provider, reason }
  const found = await stores.deadDeliveries.list(filter, { after, limit: limit + 1 })
  const keys = found.slice(0, limit)
  const last = keys.at(-1)
  return { keys, next: found.length > limit && last !== undefined ? writeDeliveryRef(last) : null }
}
