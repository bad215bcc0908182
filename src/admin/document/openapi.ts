import swagger from '@fastify/swagger'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { hoistNamed } from './hoist-named.ts'
import { hoistProblems } from './hoist-problems.ts'
import { problemResponses } from './problem-schema.ts'

export interface DocumentOptions {
  /** Herald's own. */
  readonly version: string
}

/** Collects the routes that are registered after it into an OpenAPI 3.1 document. */
export async function collectDocument(
  app: FastifyInstance,
  { version }: DocumentOptions,
): Promise<void> {
  await app.register(swagger, {
    hideUntagged: true,
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Herald',
        version,
        description:
          'What Herald knows, read and changed: by admins and app servers under /v1, by an app for its own user under /v1/me.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: {
          apiKey: {
            type: 'http',
            scheme: 'bearer',
            description: 'An API key, from `herald key create`.',
          },
          device: {
            type: 'http',
            scheme: 'basic',
            description: 'A device’s client id, and what it logs in to the broker with.',
          },
          token: {
            type: 'http',
            scheme: 'bearer',
            description: 'The JSON Web Token that a device logs in to the broker with.',
          },
        },
      },
    },
    transform: ({ schema, url, route }) => ({ schema: complete(schema, route), url }),
    transformObject: (document) =>
      'openapiObject' in document ? hoistProblems(hoistNamed({ ...document.openapiObject })) : {},
  })
}

/** What is the same for all operations stands here, and is nothing that a request is checked against. */
function complete(schema: object | undefined, route: RouteOptions): object {
  if (schema === undefined) return {}
  const isWrite = route.method !== 'GET'
  // Some questions are too long for a URL.
  const isChange = isWrite && route.config?.scope?.endsWith(':read') !== true
  const response = 'response' in schema ? schema.response : undefined
  return {
    ...schema,
    security: securityOf(route),
    response: {
      ...(route.config?.answers !== undefined && {
        200: { type: 'string', description: 'A line of JSON each.' },
      }),
      ...(typeof response === 'object' && response),
      ...problemResponses(isWrite),
    },
    headers: {
      type: 'object',
      properties: {
        ...(isOwn(route) && DEVICE_HEADER),
        ...(isChange && WRITE_HEADERS),
      },
    },
    ...(route.config?.takes !== undefined && {
      consumes: [route.config.takes],
      body: { type: 'string' },
    }),
    ...(route.config?.answers !== undefined && { produces: [route.config.answers] }),
  }
}

/** Under `/v1/me` no scope is needed. */
function isOwn({ config }: RouteOptions): boolean {
  return config?.scope === undefined
}

function securityOf(route: RouteOptions): readonly object[] {
  return isOwn(route) ? [{ device: [] }, { token: [] }] : [{ apiKey: [] }]
}

const DEVICE_HEADER = {
  'x-herald-client-id': {
    type: 'string',
    description: 'The calling device, where the credential does not name it.',
  },
}

const WRITE_HEADERS = {
  'idempotency-key': {
    type: 'string',
    minLength: 1,
    maxLength: 255,
    description:
      'Of your choice; the same request with the same key is answered again, not done again.',
  },
  'if-match': {
    type: 'string',
    description:
      'The ETag of what you have read; nothing is changed if somebody else did meanwhile.',
  },
}
