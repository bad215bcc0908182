import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Actor } from '../core/admin/actor.ts'
import { demandKey } from './authentication.ts'
import { takeJson } from './content.ts'
import { collectDocument } from './document/openapi.ts'
import { demandCaller } from './me/caller.ts'
import { type MeRoutesOptions, meRoutes } from './me/me-routes.ts'
import { limitRate } from './rate-limit.ts'
import { banRoutes } from './resources/bans.ts'
import { blockRoutes } from './resources/blocks.ts'
import { contactRoutes } from './resources/contacts.ts'
import { type ExportRoutesOptions, exportRoutes } from './resources/exports.ts'
import { groupRoutes } from './resources/groups.ts'
import { type ImportRoutesOptions, importRoutes } from './resources/imports.ts'
import { memberBatchRoutes } from './resources/member-batches.ts'
import { memberRoutes } from './resources/members.ts'
import { type OperationsRoutesOptions, operationsRoutes } from './resources/operations.ts'
import { type PeopleRoutesOptions, peopleRoutes } from './resources/people.ts'
import { requestRoutes } from './resources/requests.ts'
import { validatorCompiler } from './validation.ts'

export interface ApiRoutesOptions
  extends PeopleRoutesOptions,
    OperationsRoutesOptions,
    ImportRoutesOptions,
    ExportRoutesOptions {
  readonly version: string
  /** Requests that a caller may make in a minute. */
  readonly requestsPerMinuteMax: number
  /** Undefined where `secret` is no API key that is good now. */
  readonly authenticate: (secret: string) => Promise<Actor | undefined>
  readonly me: MeRoutesOptions
}

/** The REST API with its document and the page to read it. */
export const apiRoutes: FastifyPluginAsync<ApiRoutesOptions> = async (app, options) => {
  app.setValidatorCompiler(validatorCompiler)
  await collectDocument(app, options)
  app.get('/openapi.json', async () => app.swagger())
  await app.register(scalar, {
    routePrefix: '/docs',
    configuration: { url: '/openapi.json', withDefaultFonts: false, telemetry: false },
  })
  // Not with options of its own, which would hand the prefix on to every resource.
  await app.register((v1) => keyRoutes(v1, options), { prefix: '/v1' })
  await app.register((me) => deviceRoutes(me, options), { prefix: '/v1/me' })
}

/** What needs an API key. */
async function keyRoutes(app: FastifyInstance, options: ApiRoutesOptions): Promise<void> {
  takeJson(app)
  demandKey(app, options.authenticate)
  await limitRate(app, options.requestsPerMinuteMax)
  await app.register(peopleRoutes, options)
  for (const routes of [groupRoutes, memberRoutes, memberBatchRoutes, banRoutes]) {
    await app.register(routes, options)
  }
  for (const routes of [contactRoutes, blockRoutes, requestRoutes]) {
    await app.register(routes, options)
  }
  await app.register(operationsRoutes, options)
  await app.register(importRoutes, options)
  await app.register(exportRoutes, options)
}

/** What needs a device's own credential. */
async function deviceRoutes(app: FastifyInstance, options: ApiRoutesOptions): Promise<void> {
  takeJson(app)
  demandCaller(app, options.me)
  await limitRate(app, options.me.requestsPerMinuteMax)
  await app.register(meRoutes, { ...options, ...options.me })
}
