import type { RegisteredChannel } from '../channel/channel-registry.ts'
import { openSubscription } from '../channel/receive-subscribe.ts'
import { sessionUnsubscribed } from '../events/client-happenings.ts'
import type { Hub } from '../hub.ts'
import { readSubscription } from '../sessions/subscription.ts'
import type { WantedSubscription } from './subscription-list.ts'

/**
 * Subscribes a client, connected or not, without asking anybody. Returns what EMQX answers; undefined
 * where the session is over by now.
 */
export async function subscribeByOrder(
  hub: Hub,
  channel: RegisteredChannel,
  wanted: readonly WantedSubscription[],
) {
  const { client, session } = channel
  const isV5 = client.protocolVersion === 5
  return await channel.whileThere(() =>
    wanted.map(({ topic, qos, nl, rap, rh }) => {
      // MQTT 3.1.1 knows neither, and EMQX overrides what is asked for a client that speaks it.
      const options = { nl: isV5 && nl === 1, rap: isV5 && rap === 1 }
      const subscription = readSubscription({ topic, qos, rh, ...options }, undefined)
      openSubscription(hub, client, session, subscription, undefined)()
      return { clientid: client.clientId, node: client.node, topic, qos, nl, rap, rh }
    }),
  )
}

/** Ends those of the subscriptions that there are; undefined where the session is over by now. */
export async function unsubscribeByOrder(
  hub: Hub,
  channel: RegisteredChannel,
  filters: readonly string[],
) {
  const { client, session } = channel
  return await channel.whileThere(() => {
    for (const filter of filters) {
      const ended = hub.router.unsubscribe(session, filter)
      if (ended !== undefined) hub.report(sessionUnsubscribed(client, ended, undefined))
    }
    return filters
  })
}
