import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Static, Type } from 'typebox'
import type { AuditEntry } from '../../core/admin/audit-entry.ts'
import { isNumber, readPage } from '../../core/directory/page.ts'
import { read } from '../operation.ts'
import { sendPage } from '../page.ts'
import { line, NumberedId, named, nullable, PAGE, pageOf, parameters, Time } from '../schemas.ts'
import type { WriteParts } from '../write.ts'

const State = Type.Unknown({
  description: 'What was there, without secrets; null where there was nothing.',
})

const AuditEntryBody = named(
  'AuditEntry',
  {
    id: NumberedId,
    at: Time,
    actor: Type.String({ examples: ['key/3k5mz0q8w2xa'] }),
    action: Type.String({ examples: ['user.patch'] }),
    target: Type.String({ examples: ['user/ann'] }),
    before: State,
    after: State,
    requestId: nullable(Type.String()),
  },
  'One change: who, what, before and after.',
)

const WHO_BYTES_MAX = 512

const querystring = parameters({
  ...PAGE,
  actor: Type.Optional(
    line(WHO_BYTES_MAX, 'Who made the changes: `key/…`, `device/…`, `command`.'),
  ),
  target: Type.Optional(line(WHO_BYTES_MAX, 'What was changed: `user/ann`, say.')),
})

export const auditRoutes: FastifyPluginAsyncTypebox<WriteParts> = async (app, { parts }) => {
  app.get(
    '/audit',
    read('audit', 'listAuditEntries', 'Lists changes, the newest first.', {
      querystring,
      response: { 200: pageOf('AuditPage', AuditEntryBody) },
    }),
    async ({ query: { actor, target, ...page } }) => {
      const found = await readPage<AuditEntry>(
        page,
        ({ id }) => id,
        (slice) => parts.unitOfWork.run(({ audit }) => audit.list({ ...slice, actor, target })),
        isNumber,
      )
      return sendPage(found, entryBody)
    },
  )
}

function entryBody({ at, requestId, ...entry }: AuditEntry): Static<typeof AuditEntryBody> {
  return { ...entry, at: at.toISOString(), requestId: requestId ?? null }
}
