import type { AclRule } from '../access/acl-rule.ts'

export interface Rule extends AclRule {
  readonly createdAt: Date
}

export type NewRule = Omit<AclRule, 'id'>
