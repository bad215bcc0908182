import type { PoolClient } from 'pg'
import type {
  AckedEvent,
  BrokerEvent,
  ConnectedEvent,
  DisconnectedEvent,
  PublishedEvent,
} from '../core/events/broker-event.ts'
import type { Doorbell, SqlExecutor } from '../core/ports/sql.ts'
import type { ChatMessage } from '../core/reach/chat-message.ts'
import type { ReadMark } from '../core/reach/read-mark.ts'
import { isRequest } from './request-writer.ts'
import { executorOn } from './sql-executor.ts'

/**
 * What events lead to, in the order in which it is done. Each takes its row locks in the order of a
 * primary key, and says with doorbells which deliveries it has made due.
 */
export interface EventSteps<LostConnection> {
  /** Returns the connections that ended without a word. */
  applyPresence(
    client: PoolClient,
    events: readonly (ConnectedEvent | DisconnectedEvent)[],
  ): Promise<readonly LostConnection[]>
  applyAcks(client: PoolClient, acks: readonly AckedEvent[]): Promise<void>
  decideLate(
    client: PoolClient,
    lost: readonly LostConnection[],
    nowMs: number,
  ): Promise<readonly Doorbell[]>
  /** Before the messages, which are to be new to it. */
  writeRequests(client: PoolClient, requests: readonly ChatMessage[], nowMs: number): Promise<void>
  writeMessages(
    client: PoolClient,
    messages: readonly ChatMessage[],
    nowMs: number,
  ): Promise<readonly Doorbell[]>
  applyReads(
    client: PoolClient,
    marks: readonly ReadMark[],
    nowMs: number,
  ): Promise<readonly Doorbell[]>
  ring(transaction: SqlExecutor, bells: readonly Doorbell[]): Promise<void>
}

/** Events by what is done with them. */
export interface SortedEvents {
  readonly presence: readonly (ConnectedEvent | DisconnectedEvent)[]
  readonly acks: readonly AckedEvent[]
  /** Those of the messages that can be accepted or declined. */
  readonly requests: readonly ChatMessage[]
  readonly messages: readonly ChatMessage[]
  readonly reads: readonly ReadMark[]
}

export function sortEvents(
  events: readonly BrokerEvent[],
  readMessage: (event: PublishedEvent) => ChatMessage | undefined,
): SortedEvents {
  const presence: (ConnectedEvent | DisconnectedEvent)[] = []
  const acks: AckedEvent[] = []
  const messages: ChatMessage[] = []
  for (const event of events) {
    switch (event.kind) {
      case 'connected':
      case 'disconnected':
        presence.push(event)
        break
      case 'acked':
        acks.push(event)
        break
      case 'published': {
        const message = readMessage(event)
        if (message !== undefined) messages.push(message)
      }
    }
  }
  return {
    presence,
    acks,
    requests: messages.filter(isRequest),
    messages,
    reads: readsBy(messages),
  }
}

/** A step that has nothing to do costs nothing. */
export async function runEventSteps<LostConnection>(
  client: PoolClient,
  steps: EventSteps<LostConnection>,
  { presence, acks, requests, messages, reads }: SortedEvents,
  nowMs: number,
): Promise<void> {
  const bells: Doorbell[] = []
  const lost = presence.length > 0 ? await steps.applyPresence(client, presence) : []
  if (acks.length > 0) await steps.applyAcks(client, acks)
  if (lost.length > 0) bells.push(...(await steps.decideLate(client, lost, nowMs)))
  if (requests.length > 0) await steps.writeRequests(client, requests, nowMs)
  if (messages.length > 0) bells.push(...(await steps.writeMessages(client, messages, nowMs)))
  if (reads.length > 0) bells.push(...(await steps.applyReads(client, reads, nowMs)))
  if (bells.length > 0) await steps.ring(executorOn(client), bells)
}

/** Who writes into a conversation has read it. What a server says in somebody's name, they may not have. */
function readsBy(messages: readonly ChatMessage[]): readonly ReadMark[] {
  const marks = new Map<string, ReadMark>()
  for (const message of messages) {
    const conversation = ownConversation(message)
    if (conversation === undefined || message.isServer) continue
    const key = `${message.from}/${conversation}`
    const known = marks.get(key)
    if (known !== undefined && known.readAt >= message.sentAt) continue
    marks.set(key, { uid: message.from, conversation, readAt: message.sentAt })
  }
  return [...marks.values()]
}

/** The conversation as its writer sees it. */
function ownConversation({ kind, to, gid }: ChatMessage): string | undefined {
  if (kind === 'direct-message') return `user/${to}`
  if (kind === 'group-message') return `group/${gid}`
  return undefined
}
