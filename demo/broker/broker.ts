import { type BrokerOptions, withDefaults } from './broker-settings.ts'
import { createChannelRegistry } from './channel/channel-registry.ts'
import { serveConnection } from './channel/serve-connection.ts'
import { createTimers } from './clock.ts'
import type { BrokerEvent, Report } from './events/broker-event.ts'
import { type BrokerFaults, createFaults } from './faults.ts'
import { checkHookUrl, createHookClient } from './hooks/hook-client.ts'
import { createAuthenticate } from './hooks/login.ts'
import type { Hub } from './hub.ts'
import { type Management, type OpenManagement, openManagement } from './management/management.ts'
import { managementRoutes } from './management/routes.ts'
import { createMessageIds } from './message-ids.ts'
import { createRouter } from './routing/router.ts'
import { EventSink, type SinkCounts } from './sink/event-sink.ts'
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
  /** Sends everybody away and forgets all sessions; from its call on there are no more events. */
  close(): Promise<void>
}

/** Starts a small MQTT 3.1.1 and 5 broker that asks HTTP hooks as EMQX 5 does. */
export async function createBroker(options: BrokerOptions = {}): Promise<Broker> {
  const { hub, sink, silence } = createHub(options)
  const wires = new Set<Wire>()

  function receive(wire: Wire): void {
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
    eventsSettled: async () => await sink?.settled(),
    freeze: (clientId) => hub.channels.get(clientId)?.freeze(),
    cut: (clientId) => hub.channels.get(clientId)?.cut(),
    fail: (faults) => hub.faults.set(faults),
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

interface OpenHub {
  readonly hub: Hub
  readonly sink: EventSink | undefined
  /** Ends the events. */
  silence(): void
}

function createHub(options: BrokerOptions): OpenHub {
  const settings = withDefaults(options)
  const { connectUrl, connectBody, topicUrl, headers, timeoutMs } = settings.hooks
  for (const url of [connectUrl, topicUrl, settings.events?.url]) checkHookUrl(url)
  const { node } = settings
  const timers = createTimers(settings.clock)
  const sink = settings.events && new EventSink(settings.events, timers)
  let tell = (event: BrokerEvent) => {
    settings.onEvent(event)
    sink?.put(event)
  }
  const report: Report = (happening) => tell({ ...happening, node, timestamp: timers.now() })
  const hooks = createHookClient({ headers, timeoutMs }, timers)
  const login = connectUrl === undefined ? undefined : { url: connectUrl, body: connectBody }
  const hub: Hub = {
    settings,
    timers,
    report,
    hooks,
    authenticate: createAuthenticate(login, hooks, timers),
    router: createRouter(timers, report),
    channels: createChannelRegistry(),
    faults: createFaults(),
    nextMessageId: createMessageIds(node, timers.now),
  }
  return {
    hub,
    sink,
    silence() {
      tell = () => {}
    },
  }
}
