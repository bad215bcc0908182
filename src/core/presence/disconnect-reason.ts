/** Whether the connection ended because the same client connected anew. `takeovered` is EMQX 4's word. */
export function isTakeover(reason: string): boolean {
  return reason === 'takenover' || reason === 'discarded' || reason === 'takeovered'
}

/** Our own word: the connection is not there any more, and nobody has said since when. */
export const UNSEEN = 'herald_unseen'
