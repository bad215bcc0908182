import type { Kysely } from 'kysely'
import type { AuditEntry } from '../core/admin/audit-entry.ts'
import type { AuditStore } from '../core/ports/admin-stores.ts'
import type { Database } from './tables.ts'

export function createAuditStore(db: Kysely<Database>): AuditStore {
  return {
    async insert({ actor, action, target, before, after, requestId }) {
      await db
        .insertInto('auditLog')
        .values({
          actor,
          action,
          target,
          before: jsonOf(before),
          after: jsonOf(after),
          requestId: requestId ?? null,
        })
        .execute()
    },

    async list({ after, limit, actor, target }) {
      let query = db
        .selectFrom('auditLog')
        .select(['id', 'at', 'actor', 'action', 'target', 'before', 'after', 'requestId'])
        .orderBy('id', 'desc')
        .limit(limit)
      if (after !== '') query = query.where('id', '<', after)
      if (actor !== undefined) query = query.where('actor', '=', actor)
      if (target !== undefined) query = query.where('target', '=', target)
      const rows = await query.execute()
      return rows.map((row): AuditEntry => ({ ...row, requestId: row.requestId ?? undefined }))
    },
  }
}

function jsonOf(state: unknown): string | null {
  return state === undefined ? null : JSON.stringify(state)
}
