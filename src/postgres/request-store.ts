import { type Kysely, sql } from 'kysely'
import type { ChatRequest, RequestKind, RequestState } from '../core/directory/chat-request.ts'
import type { RequestStore } from '../core/ports/request-stores.ts'
import type { Database } from './tables.ts'

const COLUMNS = [
  'id',
  'kind',
  'fromUid',
  'toUid',
  'groupId',
  'state',
  'said',
  'createdAt',
  'askedAt',
  'expiresAt',
  'decidedAt',
] as const

export function createRequestStore(db: Kysely<Database>): RequestStore {
  return {
    async find(id) {
      const row = await db
        .selectFrom('requests')
        .select(COLUMNS)
        .where('id', '=', id)
        .executeTakeFirst()
      return row && toRequest(row)
    },

    async list({ after, limit, from, to, gid, state }) {
      let query = db.selectFrom('requests').select(COLUMNS).orderBy('id', 'desc').limit(limit)
      if (after !== '') query = query.where('id', '<', after)
      if (from !== undefined) query = query.where('fromUid', '=', from)
      if (to !== undefined) query = query.where('toUid', '=', to)
      if (gid !== undefined) query = query.where('groupId', '=', gid)
      if (state !== undefined) query = query.where('state', '=', state)
      return (await query.execute()).map(toRequest)
    },

    async decide(id, state, at) {
      const row = await db
        .updateTable('requests')
        .set({ state, decidedAt: at })
        .where('id', '=', id)
        .where('state', '=', 'open')
        .where('expiresAt', '>', at)
        .returning(COLUMNS)
        .executeTakeFirst()
      return row && toRequest(row)
    },

    async acceptSame({ kind, from, to, gid }, at) {
      const query = db
        .updateTable('requests')
        .set({ state: 'accepted', decidedAt: at })
        .where('state', '=', 'open')
        .where('expiresAt', '>', at)
        .returning(COLUMNS)
      const newcomer = kind === 'join-request' ? from : to
      const rows =
        kind === 'friend-request'
          ? await query
              .where('kind', '=', kind)
              .where('fromUid', '=', to ?? '')
              .where('toUid', '=', from)
              .execute()
          : await query
              .where('groupId', '=', gid ?? '')
              .where(sql<boolean>`(kind = 'join-request' and from_uid = ${newcomer}
                or kind = 'invitation' and to_uid = ${newcomer})`)
              .execute()
      return rows.map(toRequest)
    },
  }
}

interface Row {
  readonly id: string
  readonly kind: RequestKind
  readonly fromUid: string
  readonly toUid: string | null
  readonly groupId: string | null
  readonly state: RequestState
  readonly said: string | null
  readonly createdAt: Date
  readonly askedAt: Date
  readonly expiresAt: Date
  readonly decidedAt: Date | null
}

function toRequest({ fromUid, toUid, groupId, said, decidedAt, ...row }: Row): ChatRequest {
  return {
    ...row,
    from: fromUid,
    to: toUid ?? undefined,
    gid: groupId ?? undefined,
    said: said ?? undefined,
    decidedAt: decidedAt ?? undefined,
  }
}
