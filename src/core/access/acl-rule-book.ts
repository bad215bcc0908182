import type { AclRuleSource } from '../ports/topic-ports.ts'
import type { AclRule } from './acl-rule.ts'
import { type AclRuleTree, type Caller, createAclRuleTree } from './acl-rule-tree.ts'

/** All ACL rules of one version, ready to be asked. */
export interface AclRuleEdition {
  readonly version: number
  /** The rules for this action that could match, for the caller, for everyone, and for any group. */
  find(
    action: 'publish' | 'subscribe',
    levels: readonly string[],
    caller: Caller,
  ): readonly AclRule[]
}

/**
 * The ACL rules in memory. They are never stale, because every question reads the rules' version
 * beside its other facts and asks for an edition at least as new.
 */
export interface AclRuleBook {
  /** The newest edition read so far; version 0 and empty before the first. */
  current(): AclRuleEdition
  atLeast(version: number): Promise<AclRuleEdition>
}

export function createAclRuleBook(source: AclRuleSource): AclRuleBook {
  let edition = compile(0, [])
  let reading: Promise<void> | undefined

  async function read(): Promise<void> {
    const { version, rules } = await source.read()
    if (version > edition.version) edition = compile(version, rules)
  }

  return {
    current: () => edition,
    async atLeast(version) {
      // A read that began before the question may have missed the change: then one more is needed.
      while (edition.version < version) {
        reading ??= read().finally(() => {
          reading = undefined
        })
        await reading
      }
      return edition
    },
  }
}

function compile(version: number, rules: readonly AclRule[]): AclRuleEdition {
  const common = createAclRuleTree()
  const byUid = new Map<string, AclRuleTree>()
  for (const rule of rules) {
    if (rule.scope.kind === 'user') treeOf(byUid, rule.scope.uid).add(rule)
    else common.add(rule)
  }
  return {
    version,
    find(action, levels, caller) {
      if (rules.length === 0) return NO_RULES
      const found: AclRule[] = []
      common.collect(levels, caller, found)
      byUid.get(caller.uid)?.collect(levels, caller, found)
      if (found.length === 0) return NO_RULES
      return found.filter((rule) => rule.action === action || rule.action === 'all')
    },
  }
}

const NO_RULES: readonly AclRule[] = []

function treeOf(trees: Map<string, AclRuleTree>, uid: string): AclRuleTree {
  const known = trees.get(uid)
  if (known !== undefined) return known
  const tree = createAclRuleTree()
  trees.set(uid, tree)
  return tree
}
