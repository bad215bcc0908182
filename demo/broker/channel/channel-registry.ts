import type { Channel } from './channel.ts'
import { createMailbox, type Mailbox } from './mailbox.ts'

/** The channels of a broker: one for each client id that is connected or has a session. */
export interface ChannelRegistry {
  get(clientId: string): Channel | undefined
  put(channel: Channel): void
  /** Takes a channel out, unless another one has its client id by now. */
  remove(channel: Channel): void
  all(): readonly Channel[]
  /** Runs `work` while nobody else connects under this client id. */
  alone<Result>(clientId: string, work: () => Promise<Result>): Promise<Result>
}

export function createChannelRegistry(): ChannelRegistry {
  const channels = new Map<string, Channel>()
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
