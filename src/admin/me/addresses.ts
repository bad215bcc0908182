import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { Address, NewAddress } from '../../core/directory/address.ts'
import { DomainError } from '../../core/domain-error.ts'
import { CHANNELS } from '../../core/reach/reach-policy.ts'
import { sendPage } from '../page.ts'
import { AddressBody, addressBody, NewDeviceAddressBody } from '../resources/address-schemas.ts'
import { choice, NumberedId, named, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, writer } from '../write.ts'
import { callerOf, deviceOf } from './caller.ts'
import { type MeParts, unseen } from './me-parts.ts'
import { own } from './own-operation.ts'

const NewOwnAddressBody = named(
  'NewOwnAddress',
  { channel: choice(CHANNELS), ...NewDeviceAddressBody.properties },
  'An address: of the calling device for push, else of its user.',
)

export const addressRoutes: FastifyPluginAsyncTypebox<MeParts> = async (app, options) => {
  const change = writer(options)

  app.get(
    '/addresses',
    own('listOwnAddresses', 'Lists where notifications go, in the order of their registration.', {
      querystring: PageQuery,
      response: { 200: pageOf('AddressPage', AddressBody) },
    }),
    async (request) => {
      const { uid } = callerOf(request)
      const page = await options.directory.addresses.list(uid, request.query)
      return sendPage(page, bodyOf)
    },
  )

  app.post(
    '/addresses',
    own('addOwnAddress', 'Registers where notifications go; again, as apps do at each start.', {
      body: NewOwnAddressBody,
      response: { 201: AddressBody },
    }),
    async (request, reply) => {
      const { uid } = callerOf(request)
      const { channel, locale, ...rest } = request.body
      const details = { ...rest, locale: locale ?? undefined }
      if (!options.ownChannels.includes(channel)) throw notOffered(channel)
      const address: NewAddress =
        channel === 'push'
          ? { ...details, channel, clientId: deviceOf(request) }
          : { ...details, channel, uid }
      return change(request, reply, {
        ...unseen(),
        action: 'address.create',
        target: address.channel === 'push' ? `device/${address.clientId}` : `user/${uid}`,
        run: async ({ directory }) => ({
          status: 201,
          body: bodyOf(await directory.addresses.claim(address)),
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
        action: 'address.delete',
        target: `address/${id}`,
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

function bodyOf(address: Address) {
  return addressBody(address, 'with-token')
}
