import type { Delivery } from './delivery.ts'

export interface QueueLimits {
  /** How many deliveries wait at most; EMQX's `max_mqueue_len`. */
  readonly queueMax: number
  /** Whether QoS 0 waits as well; EMQX's `mqueue_store_qos0`. */
  readonly queueQos0: boolean
}

/** What a session has to drop so that another delivery can wait. */
export interface QueueDrop {
  readonly delivery: Delivery
  readonly reason: 'queue_full' | 'qos0_msg'
}

/** Deliveries that wait for their client, oldest first. When it is full the oldest one goes. */
export interface MessageQueue {
  readonly size: number
  push(delivery: Delivery): QueueDrop | undefined
  shift(): Delivery | undefined
}

export function createMessageQueue({ queueMax, queueQos0 }: QueueLimits): MessageQueue {
  const waiting: Delivery[] = []
  return {
    get size() {
      return waiting.length
    },
    push(delivery) {
      if (delivery.qos === 0 && !queueQos0) return { delivery, reason: 'qos0_msg' }
      waiting.push(delivery)
      const oldest = waiting.length > queueMax ? waiting.shift() : undefined
      return oldest === undefined ? undefined : { delivery: oldest, reason: 'queue_full' }
    },
    shift: () => waiting.shift(),
  }
}
