import type { Hub } from '../hub.ts'
import { clientRoutes } from './client-routes.ts'
import { nodeRoutes } from './node-routes.ts'
import { publishRoute } from './publish-route.ts'
import type { Route } from './route.ts'

/** All that the demo broker's management API can do. What comes first wins. */
export function managementRoutes(hub: Hub): readonly Route[] {
  return [...nodeRoutes(hub), ...clientRoutes(hub), publishRoute(hub)]
}
