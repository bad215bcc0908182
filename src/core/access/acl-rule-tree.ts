import type { AclRule } from './acl-rule.ts'

/** The caller for whom `${uid}` and `${clientid}` stand in a rule's filter. */
export interface Caller {
  readonly uid: string
  readonly clientId: string
}

/**
 * A rule's filter for one caller. In one pass, or a uid of "a${clientid}" would be filled in as well;
 * identifiers hold no wildcard and no "/", so nothing else can be smuggled in.
 */
export function renderFilter(filter: string, caller: Caller): string {
  if (!filter.includes('${')) return filter
  return filter.replaceAll(/\$\{(uid|clientid)\}/g, (_, name: string) =>
    name === 'uid' ? caller.uid : caller.clientId,
  )
}

/** Rules by the levels of their filters, so that a question meets only those that could match. */
export interface AclRuleTree {
  add(rule: AclRule): void
  /** Appends the rules whose filter, rendered for `caller`, overlaps the topic or filter `levels`. */
  collect(levels: readonly string[], caller: Caller, found: AclRule[]): void
}

interface Node {
  readonly literals: Map<string, Node>
  /** Levels with a placeholder in them, by their text. */
  readonly templates: Map<string, Node>
  plus: Node | undefined
  /** Rules that end here with "#". */
  readonly rest: AclRule[]
  /** Rules that end here. */
  readonly ends: AclRule[]
}

export function createAclRuleTree(): AclRuleTree {
  const root = newNode()
  return {
    add: (rule) => insert(root, rule),
    collect: (levels, caller, found) => walk(root, levels, 0, caller, found),
  }
}

function newNode(): Node {
  return { literals: new Map(), templates: new Map(), plus: undefined, rest: [], ends: [] }
}

function insert(root: Node, rule: AclRule): void {
  let node = root
  for (const level of rule.filter.split('/')) {
    if (level === '#') {
      node.rest.push(rule)
      return
    }
    node = childFor(node, level)
  }
  node.ends.push(rule)
}

function childFor(node: Node, level: string): Node {
  if (level === '+') {
    node.plus ??= newNode()
    return node.plus
  }
  const children = level.includes('${') ? node.templates : node.literals
  const known = children.get(level)
  if (known !== undefined) return known
  const child = newNode()
  children.set(level, child)
  return child
}

function walk(
  node: Node,
  levels: readonly string[],
  index: number,
  caller: Caller,
  found: AclRule[],
): void {
  for (const rule of node.rest) found.push(rule)
  const level = levels[index]
  if (level === '#') {
    collectBelow(node, found)
    return
  }
  if (level === undefined) {
    for (const rule of node.ends) found.push(rule)
    return
  }
  const next = index + 1
  if (node.plus !== undefined) walk(node.plus, levels, next, caller, found)
  if (level === '+') {
    for (const child of node.literals.values()) walk(child, levels, next, caller, found)
    for (const child of node.templates.values()) walk(child, levels, next, caller, found)
    return
  }
  const literal = node.literals.get(level)
  if (literal !== undefined) walk(literal, levels, next, caller, found)
  for (const [template, child] of node.templates) {
    if (renderFilter(template, caller) === level) walk(child, levels, next, caller, found)
  }
}

/** Everything under a node, but for its own `rest`, which `walk` has taken. */
function collectBelow(node: Node, found: AclRule[]): void {
  found.push(...node.ends)
  for (const child of [...node.literals.values(), ...node.templates.values()]) {
    found.push(...child.rest)
    collectBelow(child, found)
  }
  if (node.plus === undefined) return
  found.push(...node.plus.rest)
  collectBelow(node.plus, found)
}
