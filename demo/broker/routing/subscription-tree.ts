/** Things filed under topic filters, found by topic. */
export interface SubscriptionTree<Entry> {
  /** Files `entry`; another one under the same filter and key is replaced. */
  set(filter: string, key: string, entry: Entry): void
  get(filter: string, key: string): Entry | undefined
  remove(filter: string, key: string): void
  /** Everything filed under filters that match `topic`. */
  match(topic: string): readonly Entry[]
}

interface Node<Entry> {
  readonly children: Map<string, Node<Entry>>
  readonly entries: Map<string, Entry>
}

export function createSubscriptionTree<Entry>(): SubscriptionTree<Entry> {
  const root = createNode<Entry>()
  return {
    set: (filter, key, entry) => {
      let node = root
      for (const level of filter.split('/')) node = childOf(node, level)
      node.entries.set(key, entry)
    },
    get: (filter, key) => find(root, filter)?.entries.get(key),
    remove: (filter, key) => prune(root, filter.split('/'), 0, key),
    match(topic) {
      const found: Entry[] = []
      const mayBeWild = !topic.startsWith('$')
      collect(root, topic.split('/'), 0, mayBeWild, found)
      return found
    },
  }
}

function createNode<Entry>(): Node<Entry> {
  return { children: new Map(), entries: new Map() }
}

function childOf<Entry>(node: Node<Entry>, level: string): Node<Entry> {
  const known = node.children.get(level)
  if (known !== undefined) return known
  const child = createNode<Entry>()
  node.children.set(level, child)
  return child
}

function find<Entry>(root: Node<Entry>, filter: string): Node<Entry> | undefined {
  let node: Node<Entry> | undefined = root
  for (const level of filter.split('/')) node = node?.children.get(level)
  return node
}

/** Takes an entry out, and the branch that carried nothing else. */
function prune<Entry>(node: Node<Entry>, levels: readonly string[], index: number, key: string) {
  const level = levels[index]
  if (level === undefined) {
    node.entries.delete(key)
    return
  }
  const child = node.children.get(level)
  if (child === undefined) return
  prune(child, levels, index + 1, key)
  if (child.children.size === 0 && child.entries.size === 0) node.children.delete(level)
}

/** `mayBeWild`: MQTT 5.0 §4.7.2 keeps a wildcard in the first level from topics that begin with "$". */
function collect<Entry>(
  node: Node<Entry>,
  levels: readonly string[],
  index: number,
  mayBeWild: boolean,
  found: Entry[],
): void {
  // MQTT 5.0 §4.7.1.2: "a/#" also matches "a".
  if (mayBeWild) found.push(...(node.children.get('#')?.entries.values() ?? []))
  const level = levels[index]
  if (level === undefined) {
    found.push(...node.entries.values())
    return
  }
  const literal = node.children.get(level)
  if (literal !== undefined) collect(literal, levels, index + 1, true, found)
  const any = mayBeWild ? node.children.get('+') : undefined
  if (any !== undefined) collect(any, levels, index + 1, true, found)
}
