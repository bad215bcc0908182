import type { ChatMessage } from './chat-message.ts'
import type { ReachFacts } from './reach-facts.ts'
import type { ReachPolicy } from './reach-policy.ts'

/** What a message may say about itself, once it is known who sent it. */
export interface GrantedSayings {
  readonly expiresAt: number
  readonly isForced: boolean
  readonly mentionsAll: boolean
  /** What a notification shows and says: kept in `messages.content`. */
  readonly content: MessageContent
}

export interface MessageContent {
  readonly title: string | undefined
  readonly body: string | undefined
  readonly data: string | undefined
  readonly collapseKey: string | undefined
  readonly priority: 'normal' | 'high' | undefined
}

/** Servers, and the owner and admins of the group that a message is about, may say more than others. */
export function isPrivileged(message: ChatMessage, role: ReachFacts['senderRole']): boolean {
  if (message.isServer) return true
  return message.gid !== undefined && (role === 'owner' || role === 'admin')
}

export type SenderRank = 'privileged' | 'ordinary'

export function grantSayings(
  message: ChatMessage,
  rank: SenderRank,
  policy: ReachPolicy,
): GrantedSayings {
  const { sentAt, kind, said } = message
  const { title, body, data, collapseKey, priority } = said
  const may = rank === 'privileged'
  const { byDefault, senderMax } = policy.ttlSeconds
  const ttlSeconds = said.ttlSeconds ?? byDefault
  const isCapped = !may && said.ttlSeconds !== undefined
  const hearAll = kind === 'group-message' && (may || policy.mentionAll === 'members')
  return {
    expiresAt: sentAt + (isCapped ? Math.min(ttlSeconds, senderMax) : ttlSeconds) * 1_000,
    isForced: may && said.isForced,
    mentionsAll: hearAll && said.mentionsAll,
    content: {
      title: may ? title : undefined,
      body,
      data,
      collapseKey,
      priority: may || priority === undefined ? priority : 'normal',
    },
  }
}
