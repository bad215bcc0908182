import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { LineRefusal } from '../../core/bulk/import-line.ts'
import { type ImportParts, runImport } from '../../core/bulk/run-import.ts'
import { checkIdentifier } from '../../core/directory/checks.ts'
import { isNumber, readPage } from '../../core/directory/page.ts'
import { DomainError } from '../../core/domain-error.ts'
import type { ImportState } from '../../core/ports/import-store.ts'
import { actorOf } from '../authentication.ts'
import { createLineReader } from '../bulk/read-line.ts'
import { NDJSON, read, write } from '../operation.ts'
import { sendPage } from '../page.ts'
import { Identifier, PageQuery, pageOf, parameters } from '../schemas.ts'
import { NOTHING, type WriteParts, writer } from '../write.ts'
import { ImportBody, importBody, RefusalBody, refusalBody } from './import-schemas.ts'

export interface ImportRoutesOptions extends WriteParts {
  readonly imports: ImportParts['imports']
}

const params = parameters({ name: Identifier })

export const importRoutes: FastifyPluginAsyncTypebox<ImportRoutesOptions> = async (
  app,
  { imports, parts },
) => {
  const change = writer({ parts })
  const importing = { imports, readLine: createLineReader(), providers: parts.providers }
  app.addContentTypeParser(NDJSON, (_request, payload, done) => done(null, payload))

  app.put(
    '/imports/:name',
    {
      ...write(
        'bulk',
        'runImport',
        'Adds what the lines say. Sent again under the same name, it goes on where it stopped.',
        { params, response: { 200: ImportBody } },
      ),
      config: { scope: 'bulk:write', takes: NDJSON },
      // It is read as it comes, and never held.
      bodyLimit: Number.MAX_SAFE_INTEGER,
    },
    async (request) => {
      const { name } = request.params
      checkIdentifier('name', name)
      const done = await runImport(importing, {
        name,
        actor: actorOf(request).name,
        requestId: request.id,
        body: bodyOf(request.body),
      })
      return importBody(done)
    },
  )

  app.get(
    '/imports',
    read('bulk', 'listImports', 'Lists imports, by name.', {
      querystring: PageQuery,
      response: { 200: pageOf('ImportPage', ImportBody) },
    }),
    async ({ query }) =>
      sendPage(await readPage(query, ({ name }) => name, imports.list), importBody),
  )

  app.get(
    '/imports/:name',
    read('bulk', 'readImport', 'Tells how far an import is.', {
      params,
      response: { 200: ImportBody },
    }),
    async (request) => importBody(await find(request.params.name)),
  )

  app.get(
    '/imports/:name/refusals',
    read('bulk', 'listImportRefusals', 'Lists the lines that were not taken, in their order.', {
      params,
      querystring: PageQuery,
      response: { 200: pageOf('ImportRefusalPage', RefusalBody) },
    }),
    async ({ params: { name }, query }) => {
      await find(name)
      const page = await readPage<LineRefusal>(
        query,
        ({ line }) => String(line),
        (slice) => imports.refusals(name, slice),
        isNumber,
      )
      return sendPage(page, refusalBody)
    },
  )

  app.delete(
    '/imports/:name',
    write('bulk', 'deleteImport', 'Forgets an import and its refusals; what it added stays.', {
      params,
      response: { 204: NOTHING },
    }),
    async (request, reply) => {
      const { name } = request.params
      return change(request, reply, {
        action: 'import.delete',
        target: `import/${name}`,
        snapshot: async ({ stores }) => stores.imports.find(name),
        run: async ({ stores }) => {
          if (!(await stores.imports.remove(name))) throw notFound(name)
          return { status: 204 }
        },
      })
    },
  )

  async function find(name: string): Promise<ImportState> {
    checkIdentifier('name', name)
    const state = await imports.find(name)
    if (state === undefined) throw notFound(name)
    return state
  }
}

function bodyOf(body: unknown): AsyncIterable<Buffer> {
  if (isStream(body)) return body
  throw new DomainError('INVALID_REQUEST', 'send lines of JSON as application/x-ndjson', 'body')
}

function isStream(body: unknown): body is AsyncIterable<Buffer> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

function notFound(name: string): DomainError {
  return new DomainError('IMPORT_NOT_FOUND', `no import ${JSON.stringify(name)}`, 'name')
}
