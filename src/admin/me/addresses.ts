import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { Address, NewAddress } from '../../core/directory/address.ts'
import { DomainError } from '../../core/domain-error.ts'
import { CHANNELS } from '../../core/reach/reach-policy.ts'
import { sendPage } from '../page.ts'
import {
  choice,
  Identifier,
  line,
  NumberedId,
  named,
  nullable,
  PageQuery,
  pageOf,
  parameters,
  Time,
} from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { callerOf, deviceOf } from './caller.ts'
import { type MeParts, unseen } from './me-parts.ts'
import { own } from './own-operation.ts'

const TOKEN_BYTES_MAX = 4096
const Channel = choice(CHANNELS)

const OwnAddressBody = named(
  'OwnAddress',
  {
    id: NumberedId,
    clientId: nullable(Identifier),
    channel: Channel,
    provider: Type.String(),
    token: Type.String(),
    locale: nullable(Type.String()),
    registeredAt: Time,
  },
  'Where notifications to the caller’s user go; clientId is null where it is no device.',
)

const NewOwnAddressBody = named(
  'NewOwnAddress',
  {
    channel: Channel,
    provider: line(32, 'Who delivers it: a name from the configuration, such as apns.'),
    token: line(TOKEN_BYTES_MAX, 'What the provider knows it by; for Web Push, the subscription.'),
    locale: Type.Optional(line(35, 'BCP 47.')),
  },
  'An address: of the calling device for push, else of its user.',
)

export const addressRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const change = writer(options)

  app.get(
    '/addresses',
    own('listOwnAddresses', 'Lists where notifications go, in the order of their registration.', {
      querystring: PageQuery,
      response: { 200: pageOf('OwnAddressPage', OwnAddressBody) },
    }),
    async (request) => {
      const { uid } = callerOf(request)
      return sendPage(await options.directory.addresses.list(uid, request.query), addressBody)
    },
  )

  app.post(
    '/addresses',
    own('addOwnAddress', 'Registers where notifications go; again, as apps do at each start.', {
      body: NewOwnAddressBody,
      response: { 201: OwnAddressBody },
    }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      const { channel, ...details } = request.body
      if (!options.ownChannels.includes(channel)) throw notOffered(channel)
      const address: NewAddress =
        channel === 'push'
          ? { ...details, channel, clientId: deviceOf(request) }
          : { ...details, channel, uid }
      return change(request, reply, {
        ...unseen(),
        action: 'address.add',
        target: `user/${uid}/addresses`,
        run: async ({ directory }) => ({
          status: 201,
          body: addressBody(await directory.addresses.claim(address)),
        }),
      })
    },
  )

  app.delete(
    '/addresses/:id',
    own('removeOwnAddress', 'Removes an address.', {
      params: parameters({ id: NumberedId }),
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      const { id } = request.params
      return change(request, reply, {
        ...unseen(),
        action: 'address.remove',
        target: `user/${uid}/addresses/${id}`,
        run: async ({ directory }) => {
          await directory.addresses.removeOwn(uid, id)
          return { status: 204 }
        },
      })
    },
  )
}

function notOffered(channel: string): DomainError {
  const message = `apps may not register ${channel} addresses here (HERALD_API_OWN_CHANNELS)`
  return new DomainError('NOT_CONFIGURED', message, 'channel')
}

function addressBody(address: Address): Static<typeof OwnAddressBody> {
  return {
    id: address.id,
    clientId: address.clientId ?? null,
    channel: address.channel,
    provider: address.provider,
    token: address.token,
    locale: address.locale ?? null,
    registeredAt: address.registeredAt.toISOString(),
  }
}
