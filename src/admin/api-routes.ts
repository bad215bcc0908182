import rateLimit from '@fastify/rate-limit'
import scalar from '@scalar/fastify-api-reference'
import type { FastifyInstance, FastifyPluginAsync } from 'fastify'
import type { Actor } from '../core/admin/actor.ts'
import { DomainError } from '../core/domain-error.ts'
import { demandKey } from './authentication.ts'
import { takeJson } from './content.ts'
import { collectDocument } from './document/openapi.ts'
import { type ExportRoutesOptions, exportRoutes } from './resources/exports.ts'
import { type ImportRoutesOptions, importRoutes } from './resources/imports.ts'
import { type UserRoutesOptions, userRoutes } from './resources/users.ts'
import { validatorCompiler } from './validation.ts'

export interface ApiRoutesOptions
  extends UserRoutesOptions,
    ImportRoutesOptions,
    ExportRoutesOptions {
  readonly version: string
  /** Requests that a caller may make in a minute. */
  readonly requestsPerMinuteMax: number
  /** Undefined where `secret` is no API key that is good now. */
  readonly authenticate: (secret: string) => Promise<Actor | undefined>
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
}

/** What needs an API key. */
async function keyRoutes(app: FastifyInstance, options: ApiRoutesOptions): Promise<void> {
  takeJson(app)
  demandKey(app, options.authenticate)
  await app.register(rateLimit, {
    hook: 'preParsing',
    max: options.requestsPerMinuteMax,
    timeWindow: 60_000,
    enableDraftSpec: true,
    keyGenerator: ({ actor, ip }) => actor?.name ?? ip,
    errorResponseBuilder: (_request, { max, after }) =>
      new DomainError('TOO_MANY_REQUESTS', `more than ${max} in a minute: try again in ${after}`),
  })
  await app.register(userRoutes, options)
  await app.register(importRoutes, options)
  await app.register(exportRoutes, options)
}
