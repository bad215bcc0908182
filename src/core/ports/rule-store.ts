import type { Slice } from '../directory/page.ts'
import type { NewRule, Rule } from '../directory/rule.ts'

export interface RuleStore {
  insert(rule: NewRule): Promise<Rule>
  /** Ordered by id, which is the order in which they were made. */
  list(slice: Slice): Promise<readonly Rule[]>
  find(id: string): Promise<Rule | undefined>
  remove(id: string): Promise<boolean>
}
