import type { Pool } from 'pg'
import type { AclRule, AclScope } from '../core/access/acl-rule.ts'
import type { AclRuleSource } from '../core/ports/topic-ports.ts'

interface Row {
  readonly version: string
  readonly id: string | null
  readonly effect: AclRule['effect']
  readonly action: AclRule['action']
  readonly filter: string
  readonly user_id: string | null
  readonly group_id: string | null
}

/** Reads all ACL rules and their version in one statement, and so in one snapshot. */
export function createAclRuleSource(pool: Pool): AclRuleSource {
  return {
    async read() {
      const { rows } = await pool.query<Row>(
        `select v.version, r.id, r.effect, r.action, r.filter, r.user_id, r.group_id
         from acl_rules_version v left join acl_rules r on true order by r.id`,
      )
      return { version: Number(rows[0]?.version), rules: rows.flatMap(toRule) }
    },
  }
}

function toRule(row: Row): AclRule[] {
  if (row.id === null) return []
  const { id, effect, action, filter } = row
  return [{ id, effect, action, filter, scope: toScope(row) }]
}

function toScope({ user_id, group_id }: Row): AclScope {
  if (user_id !== null) return { kind: 'user', uid: user_id }
  return group_id === null ? { kind: 'everyone' } : { kind: 'group', gid: group_id }
}
