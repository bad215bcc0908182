import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { ActionTools } from '../../core/admin/perform.ts'
import type { CheckedProvider } from '../../core/delivery/check-providers.ts'
import { DomainError } from '../../core/domain-error.ts'
import { read, write } from '../operation.ts'
import { parameters } from '../schemas.ts'
import { type WriteParts, writer } from '../write.ts'
import {
  CheckBody,
  CircuitBody,
  checkBody,
  circuitBody,
  ProviderBody,
  ProviderName,
  type ProviderState,
  ProvidersBody,
  providerBody,
} from './provider-schemas.ts'

export interface ProviderRoutesOptions extends WriteParts {
  readonly providers: {
    /** All that addresses may name, and those that only have deliveries or an open circuit. */
    states(): Promise<readonly ProviderState[]>
    /** Asks the vendor whether it takes our credentials. Nobody is notified. */
    check(name: string): Promise<CheckedProvider>
  }
}

const params = parameters({ name: ProviderName })

export const providerRoutes: FastifyPluginAsyncTypebox<ProviderRoutesOptions> = async (
  app,
  options,
) => {
  const { providers, parts } = options
  const change = writer(options)

  async function find(name: string): Promise<ProviderState> {
    const found = (await providers.states()).find((one) => one.name === name)
    if (found === undefined) throw new DomainError('NOT_FOUND', `no provider "${name}"`, 'name')
    return found
  }

  app.get(
    '/providers',
    read('providers', 'listProviders', 'Lists who carries notifications, and how they are.', {
      response: { 200: ProvidersBody },
    }),
    async () => ({ items: (await providers.states()).map(providerBody) }),
  )

  app.get(
    '/providers/:name',
    read('providers', 'readProvider', 'Reads how a provider is.', {
      params,
      response: { 200: ProviderBody },
    }),
    async (request) => providerBody(await find(request.params.name)),
  )

  app.post(
    '/providers/:name(^[a-z0-9-]+)::check',
    write('providers', 'checkProvider', 'Asks the vendor whether it takes our credentials.', {
      params,
      response: { 200: CheckBody },
    }),
    async (request, reply) => {
      const { name } = await find(request.params.name)
      // Before the transaction, which must not stay open while a vendor thinks.
      const body = checkBody(await providers.check(name))
      return change(request, reply, {
        action: 'provider.check',
        target: `provider/${name}`,
        snapshot: async () => undefined,
        run: async () => ({ status: 200, body }),
      })
    },
  )

  app.post(
    '/providers/:name(^[a-z0-9-]+)::retry',
    write('providers', 'retryProvider', 'Lets a provider with an open circuit be tried at once.', {
      params,
      response: { 200: CircuitBody },
    }),
    async (request, reply) => {
      const { name } = await find(request.params.name)
      const snapshot = async ({ stores }: ActionTools) =>
        circuitBody(await stores.circuits.find(name))
      return change(request, reply, {
        action: 'provider.retry',
        target: `provider/${name}`,
        snapshot,
        async run(tools) {
          await tools.stores.circuits.hurry(name, parts.now().getTime())
          return { status: 200, body: await snapshot(tools) }
        },
      })
    },
  )
}
