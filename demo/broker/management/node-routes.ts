import type { Hub } from '../hub.ts'
import { ok, type Route } from './route.ts'

/** What the broker is, and whether it runs. */
export function nodeRoutes(hub: Hub): readonly Route[] {
  const { node } = hub.settings
  return [
    { method: 'GET', path: '/nodes', answer: () => ok([nodeRow(hub, node)]) },
    {
      method: 'GET',
      path: '/status',
      isOpen: true,
      answer: () => ok(`Node ${node} is started\nemqx is running`),
    },
  ]
}

function nodeRow({ settings, channels }: Hub, node: string) {
  const there = channels.all()
  return {
    node,
    version: settings.management.version,
    otp_release: '27.3.4.1/15.2.7',
    node_status: 'running',
    role: 'core',
    edition: 'Opensource',
    connections: there.length,
    cluster_sessions: there.length,
    live_connections: there.filter(({ disconnectedAt }) => disconnectedAt === undefined).length,
  }
}
