import type { ClientInfo } from '../client-info.ts'
import type { Hub } from '../hub.ts'
import { isTopicFilter } from '../routing/topics.ts'
import type { Session } from '../sessions/session.ts'
import { readSubscription } from '../sessions/subscription.ts'
import { openSubscription } from './receive-subscribe.ts'

/**
 * Subscribes a client to what the settings list. As in EMQX nobody is asked, and a topic whose
 * placeholder has no value is left out.
 */
export function subscribeUnasked(hub: Hub, client: ClientInfo, session: Session): void {
  for (const { topic, ...options } of hub.settings.autoSubscribe) {
    const filter = render(topic, client)
    if (filter === undefined || !isTopicFilter(filter)) continue
    const subscription = readSubscription({ topic: filter, ...options }, undefined)
    openSubscription(hub, client, session, subscription, undefined)()
  }
}

function render(topic: string, client: ClientInfo): string | undefined {
  if (topic.includes('${username}') && client.username === undefined) return undefined
  return topic
    .replaceAll('${clientid}', () => client.clientId)
    .replaceAll('${username}', () => client.username ?? '')
    .replaceAll('${host}', () => client.peerhost)
}
