import { createHash, randomUUID } from 'node:crypto'
import { readChatTopic } from '../access/chat-topic.ts'
import { isIdentifier } from '../access/identifier.ts'
import type { PublishedEvent } from '../events/broker-event.ts'
import type { ChatMessage } from './chat-message.ts'
import { readSayings } from './read-sayings.ts'

/** As EMQX calls the client that its REST API publishes for. */
const SERVER_CLIENT_ID = 'http_api'

/** A published event as a message to people; undefined where its topic is none that people write to. */
export function readMessage(event: PublishedEvent): ChatMessage | undefined {
  const topic = readChatTopic(event.topic.split('/'))
  if (topic === undefined) return undefined
  const { kind, from } = topic
  const gid = 'gid' in topic ? topic.gid : undefined
  const to = 'to' in topic ? topic.to : 'invitee' in topic ? topic.invitee : undefined
  const names = [from, gid, to].filter((name) => name !== undefined)
  if (!names.every(isIdentifier)) return undefined
  const sentAt = storableTime(event.receivedAt)
  return {
    id: messageId(event.id),
    day: new Date(sentAt).toISOString().slice(0, 10),
    kind,
    to,
    gid,
    from,
    isServer: event.clientId === SERVER_CLIENT_ID,
    sentAt,
    qos: event.qos,
    said: readSayings(event.payload, event.userProperties),
  }
}

/** EMQX 4 has no id, and never repeats; what is no id is turned into one, the same at each repeat. */
function messageId(id: string | undefined): string {
  if (id === undefined) return randomUUID().replaceAll('-', '')
  if (/^[0-9a-f]{32}$/.test(id)) return id
  return createHash('sha256').update(id).digest('hex').slice(0, 32)
}

const LAST_MS = Date.parse('9999-12-31T23:59:59.999Z')

/** A broker's clock may be anywhere; a date of five digits is no date to everybody. */
function storableTime(ms: number): number {
  return Number.isNaN(ms) ? 0 : Math.trunc(Math.min(Math.max(ms, 0), LAST_MS))
}
