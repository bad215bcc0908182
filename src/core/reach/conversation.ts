import type { MessageKind } from './chat-message.ts'

/**
 * The conversation that a message belongs to, as its recipient sees it: what is muted, read and folded
 * together. `user/{peer}` and `group/{gid}` are where people talk; requests have some of their own.
 */
export function conversationOf(message: {
  readonly kind: MessageKind
  readonly from: string
  readonly gid: string | undefined
}): string {
  const { kind, from, gid } = message
  switch (kind) {
    case 'direct-message':
      return `user/${from}`
    case 'friend-request':
      return `user/${from}/application`
    case 'group-message':
      return `group/${gid}`
    case 'join-request':
      return `group/${gid}/application`
    case 'invitation':
      return `group/${gid}/invitation`
  }
}
