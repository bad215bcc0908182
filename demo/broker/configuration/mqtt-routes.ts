import type { Hub } from '../hub.ts'
import { ok, type Route, refusal } from '../management/route.ts'
import { documentOf, documentsOf } from './document.ts'

/** EMQX's limit. */
const AUTO_SUBSCRIPTIONS_MAX = 20

/** What holds for every client. */
export function mqttRoutes({ configuration }: Hub): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/mqtt/auto_subscribe',
      answer: () => ok(configuration.documents.autoSubscribe),
    },
    {
      method: 'PUT',
      path: '/mqtt/auto_subscribe',
      answer({ body }) {
        const autoSubscribe = documentsOf(body)
        if (autoSubscribe.length > AUTO_SUBSCRIPTIONS_MAX) {
          const limit = `Max auto subscribe topic count is  ${AUTO_SUBSCRIPTIONS_MAX}`
          return refusal(409, 'EXCEED_LIMIT', limit)
        }
        configuration.change({ autoSubscribe })
        return ok(autoSubscribe)
      },
    },
    {
      method: 'GET',
      path: '/configs/global_zone',
      answer: () => ok({ mqtt: configuration.documents.mqtt }),
    },
    {
      method: 'PUT',
      path: '/configs/global_zone',
      answer({ body }) {
        const { mqtt } = documentOf(body)
        if (mqtt !== undefined) configuration.change({ mqtt: documentOf(mqtt) })
        return ok(documentOf(body))
      },
    },
  ]
}
