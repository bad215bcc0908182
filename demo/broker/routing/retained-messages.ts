import { isExpired, type Message } from '../message.ts'
import { topicMatches } from './topics.ts'

/** The last retained message of each topic (MQTT 5.0 §3.3.1.3). */
export interface RetainedMessages {
  /** Keeps a message; an empty one clears its topic. */
  keep(message: Message): void
  matching(filter: string, now: number): readonly Message[]
}

export function createRetainedMessages(): RetainedMessages {
  const byTopic = new Map<string, Message>()

  function forgetExpired(now: number): void {
    for (const [topic, message] of byTopic) {
      if (isExpired(message, now)) byTopic.delete(topic)
    }
  }

  return {
    keep(message) {
      if (message.payload.length === 0) byTopic.delete(message.topic)
      else byTopic.set(message.topic, message)
    },
    matching(filter, now) {
      forgetExpired(now)
      return [...byTopic.values()].filter(({ topic }) => topicMatches(topic, filter))
    },
  }
}
