import type { Hub } from '../hub.ts'
import { nodeRoutes } from './node-routes.ts'
import type { Route } from './route.ts'

/** All that the demo broker's management API can do. What comes first wins. */
export function managementRoutes(hub: Hub): readonly Route[] {
  return [...nodeRoutes(hub)]
}
