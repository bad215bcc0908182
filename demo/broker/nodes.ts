/** The nodes of a broker. They share everything, but each has clients of its own and can die alone. */
export interface Nodes {
  /** With the dead ones. */
  readonly all: readonly string[]
  isAlive(node: string): boolean
  living(): readonly string[]
  /** Where a client lands: on the node that is meant for it while that one lives. */
  place(clientId: string): string
  /** Tells of every node that dies or is back; the function returned ends it. */
  follow(watcher: () => void): () => void
  set(node: string, state: 'alive' | 'dead'): void
}

export function createNodes(
  first: string,
  others: readonly string[],
  nodeOf: (clientId: string) => string,
): Nodes {
  const all = [first, ...others]
  const dead = new Set<string>()
  const watchers = new Set<() => void>()
  const isAlive = (node: string) => all.includes(node) && !dead.has(node)
  return {
    all,
    isAlive,
    living: () => all.filter(isAlive),
    place(clientId) {
      const node = nodeOf(clientId)
      return isAlive(node) ? node : (all.find(isAlive) ?? first)
    },
    follow(watcher) {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    set(node, state) {
      if (!all.includes(node)) throw new Error(`there is no node ${node}`)
      if (state === 'dead') dead.add(node)
      else dead.delete(node)
      for (const tell of watchers) tell()
    },
  }
}
