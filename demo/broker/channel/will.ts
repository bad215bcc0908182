import type { ClientInfo } from '../client-info.ts'
import type { CallOff } from '../clock.ts'
import type { TopicRights } from '../hooks/topic-rights.ts'
import type { Hub } from '../hub.ts'
import type { Message } from '../message.ts'
import type { Will } from '../properties.ts'
import type { Mailbox } from './mailbox.ts'

/**
 * Why a connection or its session ends, as far as a will cares. `lost` is every end but a proper
 * DISCONNECT, `session-over` everything that takes the session along.
 */
export type WillOccasion = 'lost' | 'takenover' | 'session-over'

/** The will of one connection (MQTT 5.0 §3.1.2.5), published at most once. */
export interface PendingWill {
  /** Publishes it now, or after its delay, or never, as the occasion demands. */
  due(occasion: WillOccasion): Promise<void>
  /** The client said goodbye. */
  withdraw(): void
}

export interface WillParts {
  readonly hub: Hub
  readonly client: ClientInfo
  readonly rights: TopicRights
  /** Its channel's, in which a delayed will is published. */
  readonly mailbox: Mailbox
  readonly will: Will | undefined
}

export function createPendingWill(parts: WillParts): PendingWill {
  let pending = parts.will
  let callOffDelay: CallOff | undefined

  function withdraw(): void {
    pending = undefined
    callOffDelay?.()
  }

  function publishAfter(delaySeconds: number): void {
    const publishLate = () => void parts.mailbox.run(() => due('session-over'))
    callOffDelay = parts.hub.timers.after(delaySeconds * 1000, publishLate)
  }

  async function due(occasion: WillOccasion): Promise<void> {
    if (pending === undefined) return
    const will = pending
    const delaySeconds = will.properties?.willDelayInterval ?? 0
    // MQTT 5.0 §3.1.3.2.2: the end of the session is the last moment, whatever the delay says.
    const isNow = delaySeconds === 0 || occasion === 'session-over'
    // §3.1.4: whoever is back before the delay is over has not died.
    if (isNow || occasion === 'takenover') withdraw()
    else publishAfter(delaySeconds)
    if (isNow) await publish(parts, will)
  }

  return { due, withdraw }
}

/** A will is asked about when it fires, as a publish. */
async function publish(parts: WillParts, will: Will): Promise<void> {
  const { topic, qos = 0, retain = false } = will
  if (!(await parts.rights.may({ action: 'publish', topic, qos, retain }))) return
  parts.hub.router.publish(messageFrom(parts, will))
}

function messageFrom({ hub, client }: WillParts, will: Will): Message {
  const { clientId, username } = client
  return {
    id: hub.nextMessageId(),
    topic: will.topic,
    payload: Buffer.from(will.payload),
    qos: will.qos ?? 0,
    retain: will.retain ?? false,
    properties: will.properties ?? {},
    sender: { clientId, username, peerhost: undefined, peername: undefined, attributes: {} },
    publishedAt: hub.timers.now(),
  }
}
