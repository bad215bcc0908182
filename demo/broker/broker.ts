import type { BrokerOptions } from './broker-settings.ts'
import { serveConnection } from './channel/serve-connection.ts'
import type { BrokerFaults } from './faults.ts'
import type { Hub } from './hub.ts'
import { type Management, type OpenManagement, openManagement } from './management/management.ts'
import { managementRoutes } from './management/routes.ts'
import { openHub } from './open-hub.ts'
import type { SinkCounts } from './sink/event-sink.ts'
import { listenTcp, listenWebSocket } from './wire/listeners.ts'
import type { Listener } from './wire/open-server.ts'
import type { Wire } from './wire/wire.ts'

/** A running broker. */
export interface Broker {
  readonly node: string
  /** MQTT over TCP. */
  readonly tcpPort: number
  /** MQTT over WebSocket, path `/mqtt`. */
  readonly wsPort: number
  /** The part of EMQX 5's management API that Herald uses. */
  readonly management: Management
  /** What has become of the events that are sent by HTTP. */
  readonly eventCounts: SinkCounts
  /** Resolves when all of them have been answered, or have been given up. */
  eventsSettled(): Promise<void>
  /**
   * Has a client vanish without a word: the broker takes it for connected until it has been silent
   * for one and a half times its keepalive, or comes back.
   */
  freeze(clientId: string): void
  /** Breaks a client's connection off: `tcp_closed`. */
  cut(clientId: string): void
  /** Has things go wrong from now on; `{}` is all well. */
  fail(faults: BrokerFaults): void
  /**
   * Has a node die: its clients are gone without an event and without a will, and so are their
   * sessions, unless it keeps them (EMQX's durable sessions). Events that wait are lost with the last
   * node; until one is back, all doors are closed.
   */
  die(death?: NodeDeath): void
  /** Has a node come back, empty or with what it kept. */
  revive(node?: string): void
  /** Sends everybody away and forgets all sessions; from its call on there are no more events. */
  close(): Promise<void>
}

export interface NodeDeath {
  /** The first one unless said otherwise. */
  readonly node?: string
  readonly keeps?: 'sessions' | 'nothing'
}

/** Starts a small MQTT 3.1.1 and 5 broker that asks HTTP hooks as EMQX 5 does. */
export async function createBroker(options: BrokerOptions = {}): Promise<Broker> {
  const { hub, sink, settled, silence } = openHub(options)
  const wires = new Set<Wire>()

  function receive(wire: Wire): void {
    if (hub.nodes.living().length === 0) {
      wire.cut()
      return
    }
    wires.add(wire)
    void wire.closed.then(() => wires.delete(wire))
    void serveConnection(hub, wire)
  }

  const { tcp, ws, management } = await openDoors(hub, receive)
  return {
    node: hub.settings.node,
    tcpPort: tcp.port,
    wsPort: ws.port,
    management,
    get eventCounts() {
      return sink?.counts ?? NOTHING_SENT
    },
    eventsSettled: settled,
    freeze: (clientId) => hub.channels.get(clientId)?.freeze(),
    cut: (clientId) => hub.channels.get(clientId)?.cut(),
    fail: (faults) => hub.faults.set(faults),
    die(death = {}) {
      killNode(hub, death)
      if (hub.nodes.living().length === 0) sink?.forget()
    },
    revive: (node = hub.settings.node) => hub.nodes.set(node, 'alive'),
    async close() {
      silence()
      await sink?.close()
      hub.hooks.close()
      const listenersClosed = Promise.all([tcp.close(), ws.close(), management.close()])
      await Promise.all(hub.channels.all().map((one) => one.expel('server_shutting_down')))
      for (const wire of wires) wire.close()
      await listenersClosed
      hub.timers.callOffAll()
    },
  }
}

const NOTHING_SENT: SinkCounts = { delivered: 0, lost: 0, expired: 0, dropped: 0 }

function killNode({ settings, nodes, channels }: Hub, death: NodeDeath): void {
  const { node = settings.node, keeps = 'nothing' } = death
  nodes.set(node, 'dead')
  for (const channel of channels.all()) {
    if (channel.client.node === node) channel.vanish(keeps)
  }
}

interface Doors {
  readonly tcp: Listener
  readonly ws: Listener
  readonly management: OpenManagement
}

async function openDoors(hub: Hub, receive: (wire: Wire) => void): Promise<Doors> {
  const { host, tcpPort, wsPort } = hub.settings
  const opened: { close(): Promise<void> }[] = []
  const keep = <Door extends { close(): Promise<void> }>(door: Door): Door => {
    opened.push(door)
    return door
  }
  try {
    const tcp = keep(await listenTcp({ host, port: tcpPort }, receive))
    const ws = keep(await listenWebSocket({ host, port: wsPort }, receive))
    return { tcp, ws, management: await openManagement(hub, managementRoutes(hub)) }
  } catch (error) {
    await Promise.all(opened.map((door) => door.close()))
    throw error
  }
}
