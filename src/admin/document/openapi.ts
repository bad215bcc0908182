import swagger from '@fastify/swagger'
import type { FastifyInstance, RouteOptions } from 'fastify'
import { hoistNamed } from './hoist-named.ts'
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
      'openapiObject' in document ? hoistNamed({ ...document.openapiObject }) : {},
  })
}

/** What is the same for all operations stands here, and is nothing that a request is checked against. */
function complete(schema: object | undefined, route: RouteOptions): object {
  if (schema === undefined) return {}
  const isWrite = route.method !== 'GET'
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
    ...(isWrite && { headers: WRITE_HEADERS }),
    ...(route.config?.takes !== undefined && {
      consumes: [route.config.takes],
      body: { type: 'string' },
    }),
    ...(route.config?.answers !== undefined && { produces: [route.config.answers] }),
  }
}

function securityOf({ config }: RouteOptions): readonly object[] {
  return config?.scope === undefined ? [{ device: [] }, { token: [] }] : [{ apiKey: [] }]
}

const WRITE_HEADERS = {
  type: 'object',
  properties: {
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
  },
}
