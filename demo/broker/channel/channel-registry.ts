import type { ClientInfo } from '../client-info.ts'
import type { TopicRights } from '../hooks/topic-rights.ts'
import type { ReasonName } from '../reason-codes.ts'
import type { Session } from '../sessions/session.ts'
import { createMailbox, type Mailbox } from './mailbox.ts'

/** A channel as others than itself know it. */
export interface RegisteredChannel {
  readonly client: ClientInfo
  readonly session: Session
  readonly rights: TopicRights
  /** Milliseconds since 1970. */
  readonly connectedAt: number
  /** Undefined while it is connected. */
  readonly disconnectedAt: number | undefined
  expel(reason: ReasonName): Promise<void>
  discard(): Promise<void>
  /** Ends connection and session by an administrator's word. */
  kick(): Promise<void>
  /** Does something while nothing else happens here; undefined where the session is over. */
  whileThere<Result>(work: () => Result): Promise<Result | undefined>
  handOver(): Promise<Session | undefined>
  /** Its node dies: the connection ends without a word to anybody, and so may the session. */
  vanish(keeps: 'sessions' | 'nothing'): void
  /** Has the connection vanish without a word, or end at once. */
  freeze(): void
  cut(): void
}

/** The channels of a broker: one for each client id that is connected or has a session. */
export interface ChannelRegistry {
  get(clientId: string): RegisteredChannel | undefined
  put(channel: RegisteredChannel): void
  /** Takes a channel out, unless another one has its client id by now. */
  remove(channel: RegisteredChannel): void
  all(): readonly RegisteredChannel[]
  /** Runs `work` while nobody else connects under this client id. */
  alone<Result>(clientId: string, work: () => Promise<Result>): Promise<Result>
}

export function createChannelRegistry(): ChannelRegistry {
  const channels = new Map<string, RegisteredChannel>()
  const queues = new Map<string, { readonly mailbox: Mailbox; waiting: number }>()

  return {
    get: (clientId) => channels.get(clientId),
    put(channel) {
      channels.set(channel.client.clientId, channel)
    },
    remove(channel) {
      const { clientId } = channel.client
      if (channels.get(clientId) === channel) channels.delete(clientId)
    },
    all: () => [...channels.values()],
    async alone(clientId, work) {
      const queue = queues.get(clientId) ?? { mailbox: createMailbox(), waiting: 0 }
      queues.set(clientId, queue)
      queue.waiting++
      try {
        return await queue.mailbox.run(work)
      } finally {
        queue.waiting--
        if (queue.waiting === 0) queues.delete(clientId)
      }
    },
  }
}
