import type { NodeWatch } from '../ports/presence-ports.ts'

/** What has become of the broker's nodes since the last look. */
export interface NodeNews {
  readonly gone: readonly string[]
  readonly back: readonly string[]
}

/** Compares the nodes that the broker has with those that it had. */
export async function readNodeNews(nodes: NodeWatch, listed: readonly string[]): Promise<NodeNews> {
  const met = [...(await nodes.meet(listed))]
  const here = new Set(listed)
  return {
    gone: met.flatMap(([node, isGone]) => (isGone || here.has(node) ? [] : [node])),
    back: met.flatMap(([node, isGone]) => (isGone && here.has(node) ? [node] : [])),
  }
}
