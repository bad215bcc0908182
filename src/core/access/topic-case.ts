import { type ChatTopic, isChatTree, readChatTopic } from './chat-topic.ts'
import { identifierFault, isIdentifier } from './identifier.ts'
import type { TopicSubject } from './topic-facts.ts'
import { covers, filterFault, topicFault } from './topic-filter.ts'
import type { TopicQuestion, TopicRefusal } from './topic-question.ts'

/** A topic question as far as it can be understood without asking Postgres. */
export type TopicCase =
  | { readonly kind: 'refused'; readonly reason: TopicRefusal }
  | { readonly kind: 'publish'; readonly levels: readonly string[]; readonly chat: ChatTopic }
  | {
      readonly kind: 'subscribe-own'
      readonly levels: readonly string[]
      readonly grant: 'own-topics' | 'own-invitations'
    }
  | { readonly kind: 'subscribe-group'; readonly levels: readonly string[]; readonly gid: string }
  /** Outside the topics of people: only a rule can allow it. */
  | { readonly kind: 'rules-only'; readonly levels: readonly string[] }

/** Sorts a question, and refuses what no fact or rule could allow. */
export function topicCase(question: TopicQuestion): TopicCase {
  if (identifierFault(question.uid) !== undefined) return refused('bad-username')
  if (identifierFault(question.clientId) !== undefined) return refused('bad-client-id')
  if (question.topic.startsWith('$')) return refused('dollar-topic')
  return question.action === 'publish' ? publishCase(question) : subscribeCase(question)
}

/** What Postgres has to be asked for: nothing of what can't exist. */
export function subjectOf(topic: TopicCase): TopicSubject {
  if (topic.kind === 'subscribe-group') return { kind: 'group', gid: topic.gid }
  if (topic.kind !== 'publish') return NOTHING
  const { chat } = topic
  switch (chat.kind) {
    case 'direct-message':
    case 'friend-request':
      return isIdentifier(chat.to) ? { kind: 'recipient', to: chat.to } : NOTHING
    case 'group-message':
    case 'join-request':
      return isIdentifier(chat.gid) ? { kind: 'group', gid: chat.gid } : NOTHING
    case 'invitation':
      return isIdentifier(chat.gid) ? { kind: 'invitation', gid: chat.gid } : NOTHING
  }
}

const NOTHING: TopicSubject = { kind: 'nothing' }

function publishCase(question: TopicQuestion): TopicCase {
  if (topicFault(question.topic) !== undefined) return refused('bad-topic')
  const levels = question.topic.split('/')
  if (question.retain === true && isChatTree(levels)) return refused('retained')
  const chat = readChatTopic(levels)
  if (chat === undefined) return { kind: 'rules-only', levels }
  if (chat.from !== question.uid) return refused('forged-sender')
  return { kind: 'publish', levels, chat }
}

function subscribeCase(question: TopicQuestion): TopicCase {
  if (filterFault(question.topic) !== undefined) return refused('bad-topic')
  const levels = question.topic.split('/')
  const { uid } = question
  if (covers(['user', uid, '#'], levels)) {
    return { kind: 'subscribe-own', levels, grant: 'own-topics' }
  }
  if (covers(['group', '+', 'invitation', uid, 'from', '+'], levels)) {
    return { kind: 'subscribe-own', levels, grant: 'own-invitations' }
  }
  const [root, gid] = levels
  if (root !== 'group' || gid === undefined || !isIdentifier(gid)) {
    return { kind: 'rules-only', levels }
  }
  return { kind: 'subscribe-group', levels, gid }
}

function refused(reason: TopicRefusal): TopicCase {
  return { kind: 'refused', reason }
}
