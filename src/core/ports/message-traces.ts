import type { SendFacts } from '../delivery/send-facts.ts'
import type { MessageTrace } from '../reach/message-trace.ts'

export interface TraceQuestion {
  /** The broker's id as 32 hexadecimal digits or a UUID, or the app's own. */
  readonly id: string
  /** What became of it for this user alone. */
  readonly uid?: string | undefined
}

export interface MessageTraces {
  /** Several where the app has used its id more than once; the newest first. */
  find(question: TraceQuestion): Promise<readonly MessageTrace[]>
  /** The same by the broker's id alone, which costs the same however many messages there are. */
  findById(question: TraceQuestion): Promise<readonly MessageTrace[]>
  /** What a worker would know if it sent a message to these addresses now, by address. */
  readFacts(
    message: Pick<MessageTrace, 'day' | 'id'>,
    addressIds: readonly string[],
    nowMs: number,
  ): Promise<ReadonlyMap<string, SendFacts>>
}
