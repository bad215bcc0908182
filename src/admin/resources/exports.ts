import { Readable } from 'node:stream'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { isIdentifier } from '../../core/access/identifier.ts'
import { isNumber } from '../../core/directory/page.ts'
import { DomainError } from '../../core/domain-error.ts'
import { EXPORT_KINDS, type ExportKind, type ExportSource } from '../../core/ports/export-source.ts'
import { NDJSON, read } from '../operation.ts'
import { choice, parameters } from '../schemas.ts'

export interface ExportRoutesOptions {
  readonly exports: ExportSource
}

const CURSOR_CHARACTERS_MAX = 257

/** Everything of a kind, as lines that an import takes. */
export const exportRoutes: FastifyPluginAsyncTypebox<ExportRoutesOptions> = async (
  app,
  { exports },
) => {
  app.get(
    '/exports/:kind',
    {
      ...read('bulk', 'runExport', 'Streams all there is of a kind, without credentials.', {
        params: parameters({ kind: choice(EXPORT_KINDS) }),
        querystring: parameters({
          after: Type.Optional(
            Type.String({
              maxLength: CURSOR_CHARACTERS_MAX,
              description:
                'Goes on after this one: a uid, client id, gid, `gid/uid`, or the id of an address.',
            }),
          ),
        }),
      }),
      config: { scope: 'bulk:read', answers: NDJSON },
    },
    async ({ params: { kind }, query: { after = '' } }, reply) => {
      checkPlace(kind, after)
      // The first chunk before the status: what goes wrong at once is a problem, not half an answer.
      const first = await exports.read(kind, after)
      const lines = async function* () {
        for (let chunk = first; chunk !== undefined; chunk = await exports.read(kind, chunk.next)) {
          yield chunk.text
        }
      }
      return reply.type(NDJSON).send(Readable.from(lines()))
    },
  )
}

function checkPlace(kind: ExportKind, after: string): void {
  if (after === '' || isPlace(kind, after)) return
  throw new DomainError('INVALID_PAGE', 'after must name the last one that you have', 'after')
}

function isPlace(kind: ExportKind, after: string): boolean {
  if (kind === 'addresses') return isNumber(after)
  const ids = after.split('/')
  return ids.length === (kind === 'members' ? 2 : 1) && ids.every(isIdentifier)
}
