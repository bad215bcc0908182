import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { NewAddress } from '../../core/directory/address.ts'
import type { Directory } from '../../core/directory/directory.ts'
import { isNumber } from '../../core/directory/page.ts'
import { actorOf } from '../authentication.ts'
import { sendWithTag } from '../etag.ts'
import { read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, NumberedId, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, type WriteParts, type Writer, writer } from '../write.ts'
import {
  AddressBody,
  addressBody,
  NewDeviceAddressBody,
  NewUserAddressBody,
} from './address-schemas.ts'

export interface AddressRoutesOptions extends WriteParts {
  readonly directory: Directory
}

const ofUser = parameters({ uid: Identifier })
const ofDevice = parameters({ clientId: Identifier })
const params = parameters({ id: NumberedId })

export const addressRoutes: FastifyPluginAsyncTypebox<AddressRoutesOptions> = async (
  app,
  options,
) => {
  const { addresses } = options.directory
  const change = writer(options)

  app.get(
    '/users/:uid/addresses',
    read(
      'addresses',
      'listAddresses',
      'Lists a user’s addresses and their devices’, the oldest first.',
      {
        params: ofUser,
        querystring: PageQuery,
        response: { 200: pageOf('AddressPage', AddressBody) },
      },
    ),
    async (request) => {
      const page = await addresses.list(request.params.uid, request.query)
      return sendPage(page, (address) => addressBody(address, shownTo(request)))
    },
  )

  app.post(
    '/users/:uid/addresses',
    write('addresses', 'createUserAddress', 'Registers a mailbox or telephone number.', {
      params: ofUser,
      body: NewUserAddressBody,
      response: { 201: AddressBody },
    }),
    async (request, reply) => {
      const { locale, ...address } = request.body
      const { uid } = request.params
      return register(change, request, reply, { ...address, locale: locale ?? undefined, uid })
    },
  )

  app.post(
    '/devices/:clientId/addresses',
    write('addresses', 'createDeviceAddress', 'Registers where pushes to a device go.', {
      params: ofDevice,
      body: NewDeviceAddressBody,
      response: { 201: AddressBody },
    }),
    async (request, reply) => {
      const { locale, ...address } = request.body
      const own = { channel: 'push', clientId: request.params.clientId } as const
      return register(change, request, reply, { ...address, ...own, locale: locale ?? undefined })
    },
  )

  app.get(
    '/addresses/:id',
    read('addresses', 'readAddress', 'Reads an address.', {
      params,
      response: { 200: AddressBody },
    }),
    async (request, reply) => {
      const address = await addresses.show(request.params.id)
      const state = addressBody(address, 'without-token')
      return sendWithTag(request, reply, addressBody(address, shownTo(request)), state)
    },
  )

  app.delete(
    '/addresses/:id',
    write(
      'addresses',
      'deleteAddress',
      'Removes an address; what is on its way there is not sent.',
      {
        params,
        response: { 204: NOTHING },
      },
    ),
    async (request, reply) => {
      const { id } = request.params
      return change(request, reply, {
        action: 'address.delete',
        target: `address/${id}`,
        snapshot: (tools) => stateOf(tools, id),
        run: async ({ directory }) => {
          await directory.addresses.remove(id)
          return { status: 204 }
        },
      })
    },
  )
}

/** A token that is registered again keeps its address, so this is no error. */
function register(
  change: Writer,
  request: FastifyRequest,
  reply: FastifyReply,
  address: NewAddress,
): Promise<FastifyReply> {
  // Known when it is made, or found again.
  let id: string | undefined
  return change(request, reply, {
    action: 'address.create',
    target: address.channel === 'push' ? `device/${address.clientId}` : `user/${address.uid}`,
    snapshot: async (tools) => (id === undefined ? undefined : stateOf(tools, id)),
    run: async ({ directory }) => {
      const added = await directory.addresses.add(address)
      id = added.id
      return { status: 201, body: addressBody(added, 'with-token') }
    },
  })
}

/** As the audit log keeps it. */
async function stateOf({ stores }: ActionTools, id: string): Promise<unknown> {
  const address = isNumber(id) ? await stores.addresses.lock(id) : undefined
  return address && addressBody(address, 'without-token')
}

/** Whoever may register addresses knows tokens anyway; others see that there are some. */
function shownTo(request: FastifyRequest): 'with-token' | 'without-token' {
  return actorOf(request).scopes.has('addresses:write') ? 'with-token' : 'without-token'
}
