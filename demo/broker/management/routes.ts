import { accessRoutes } from '../configuration/access-routes.ts'
import { mqttRoutes } from '../configuration/mqtt-routes.ts'
import { ruleRoutes } from '../configuration/rule-routes.ts'
import type { Hub } from '../hub.ts'
import { clientRoutes } from './client-routes.ts'
import { nodeRoutes } from './node-routes.ts'
import { publishRoute } from './publish-route.ts'
import type { Route } from './route.ts'

/** All that the demo broker's management API can do. What comes first wins. */
export function managementRoutes(hub: Hub): readonly Route[] {
  return [
    ...nodeRoutes(hub),
    ...clientRoutes(hub),
    publishRoute(hub),
    ...accessRoutes(hub),
    ...mqttRoutes(hub),
    ...ruleRoutes(hub),
  ]
}
