import type { Kysely } from 'kysely'
import type { AclScope } from '../core/access/acl-rule.ts'
import { groupNotFound, userNotFound } from '../core/directory/not-found.ts'
import type { NewRule, Rule } from '../core/directory/rule.ts'
import type { RuleStore } from '../core/ports/rule-store.ts'
import type { Database } from './tables.ts'
import { type Refusals, refusing } from './violations.ts'

const COLUMNS = ['id', 'effect', 'action', 'filter', 'userId', 'groupId', 'createdAt'] as const

export function createRuleStore(db: Kysely<Database>): RuleStore {
  return {
    async insert({ effect, action, filter, scope }) {
      const query = db
        .insertInto('aclRules')
        .values({
          effect,
          action,
          filter,
          userId: scope.kind === 'user' ? scope.uid : null,
          groupId: scope.kind === 'group' ? scope.gid : null,
        })
        .returning(COLUMNS)
      return toRule(await refusing(refusalsOf(scope), () => query.executeTakeFirstOrThrow()))
    },

    async list({ after, limit }) {
      const rows = await db
        .selectFrom('aclRules')
        .select(COLUMNS)
        .where('id', '>', after === '' ? '0' : after)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(toRule)
    },

    async find(id) {
      const query = db.selectFrom('aclRules').select(COLUMNS).where('id', '=', id)
      const row = await query.executeTakeFirst()
      return row && toRule(row)
    },

    async remove(id) {
      const { numDeletedRows } = await db
        .deleteFrom('aclRules')
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}

function refusalsOf(scope: NewRule['scope']): Refusals {
  switch (scope.kind) {
    case 'everyone':
      return {}
    case 'user':
      return { acl_rules_user_id_fkey: () => userNotFound(scope.uid) }
    case 'group':
      return { acl_rules_group_id_fkey: () => groupNotFound(scope.gid) }
  }
}

interface Row {
  readonly id: string
  readonly effect: Rule['effect']
  readonly action: Rule['action']
  readonly filter: string
  readonly userId: string | null
  readonly groupId: string | null
  readonly createdAt: Date
}

function toRule({ id, effect, action, filter, userId, groupId, createdAt }: Row): Rule {
  return { id, effect, action, filter, scope: toScope(userId, groupId), createdAt }
}

function toScope(userId: string | null, groupId: string | null): AclScope {
  if (userId !== null) return { kind: 'user', uid: userId }
  if (groupId !== null) return { kind: 'group', gid: groupId }
  return { kind: 'everyone' }
}
