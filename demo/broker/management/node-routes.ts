import type { Hub } from '../hub.ts'
import { ok, type Route } from './route.ts'

/** What the broker is, and whether it runs. */
export function nodeRoutes(hub: Hub): readonly Route[] {
  const { nodes } = hub
  return [
    {
      method: 'GET',
      path: '/nodes',
      answer: () => ok(nodes.all.map((node) => nodeRow(hub, node))),
    },
    {
      method: 'GET',
      path: '/status',
      isOpen: true,
      answer: () => ok(`Node ${nodes.living()[0]} is started\nemqx is running`),
    },
  ]
}

function nodeRow({ settings, channels, nodes }: Hub, node: string) {
  if (!nodes.isAlive(node)) return { node, node_status: 'stopped', role: 'core' }
  const there = channels.all().filter(({ client }) => client.node === node)
  return {
    node,
    version: settings.management.version,
    otp_release: '27.3.4.1/15.2.7',
    node_status: 'running',
    role: 'core',
    edition: 'Opensource',
    connections: there.length,
    cluster_sessions: channels.all().length,
    live_connections: there.filter(({ disconnectedAt }) => disconnectedAt === undefined).length,
  }
}
