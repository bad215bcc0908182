import { type ChatTopic, readChatTopic } from '../../core/access/chat-topic.ts'
import { identifierFault } from '../../core/access/identifier.ts'
import { type EventRow, readTopic, UnreadableEvent } from './event-row.ts'

/** An event's topic, or undefined where people don't write to it: rules of a broker may be broad. */
export function readChatTopicName(row: EventRow): string | undefined {
  const topic = readTopic(row)
  const chat = readChatTopic(topic.split('/'))
  if (chat === undefined) return undefined
  for (const name of namesIn(chat)) {
    const fault = identifierFault(name)
    if (fault !== undefined) throw new UnreadableEvent(`a name in "topic" ${fault}`)
  }
  return topic
}

function namesIn(chat: ChatTopic): readonly string[] {
  switch (chat.kind) {
    case 'direct-message':
    case 'friend-request':
      return [chat.to, chat.from]
    case 'group-message':
    case 'join-request':
      return [chat.gid, chat.from]
    case 'invitation':
      return [chat.gid, chat.invitee, chat.from]
  }
}
