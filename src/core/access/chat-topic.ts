/** A topic that people write to. `from` is always the one who writes. */
export type ChatTopic =
  | { readonly kind: 'direct-message'; readonly to: string; readonly from: string }
  | { readonly kind: 'friend-request'; readonly to: string; readonly from: string }
  | { readonly kind: 'group-message'; readonly gid: string; readonly from: string }
  | { readonly kind: 'join-request'; readonly gid: string; readonly from: string }
  | {
      readonly kind: 'invitation'
      readonly gid: string
      readonly invitee: string
      readonly from: string
    }

/** Reads a topic name's levels as one of the topics that people write to. */
export function readChatTopic(levels: readonly string[]): ChatTopic | undefined {
  const [root, owner, box, last] = levels
  if (owner === undefined || last === undefined) return undefined
  if (root === 'user' && levels.length === 4) return userTopic(owner, box, last)
  if (root === 'group' && levels.length === 4) return groupTopic(owner, box, last)
  const [, , , , marker, inviter] = levels
  if (root !== 'group' || levels.length !== 6 || box !== 'invitation') return undefined
  if (marker !== 'from' || inviter === undefined) return undefined
  return { kind: 'invitation', gid: owner, invitee: last, from: inviter }
}

/** Whether the topic lies in the trees that Herald keeps for people. */
export function isChatTree(levels: readonly string[]): boolean {
  return levels[0] === 'user' || levels[0] === 'group'
}

function userTopic(to: string, box: string | undefined, from: string): ChatTopic | undefined {
  if (box === 'inbox') return { kind: 'direct-message', to, from }
  if (box === 'application') return { kind: 'friend-request', to, from }
  return undefined
}

function groupTopic(gid: string, box: string | undefined, from: string): ChatTopic | undefined {
  if (box === 'inbox') return { kind: 'group-message', gid, from }
  if (box === 'application') return { kind: 'join-request', gid, from }
  return undefined
}
