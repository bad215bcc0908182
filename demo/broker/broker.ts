import { type BrokerOptions, withDefaults } from './broker-settings.ts'
import { createChannelRegistry } from './channel/channel-registry.ts'
import { serveConnection } from './channel/serve-connection.ts'
import { createTimers } from './clock.ts'
import { type Configuration, createConfiguration } from './configuration/configuration.ts'
import { sinkFrom } from './configuration/sink-from.ts'
import type { BrokerEvent, Report } from './events/broker-event.ts'
import { type BrokerFaults, createFaults } from './faults.ts'
import { checkHookUrl, createHookClient } from './hooks/hook-client.ts'
import { createAuthenticate, type LoginHook } from './hooks/login.ts'
import type { Hub } from './hub.ts'
import { type Management, type OpenManagement, openManagement } from './management/management.ts'
import { managementRoutes } from './management/routes.ts'
import { createMessageIds } from './message-ids.ts'
import { createRouter } from './routing/router.ts'
import type { SinkCounts } from './sink/event-sink.ts'
import { createSinkSwitch, type SinkSwitch } from './sink/sink-switch.ts'
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
      return sink.counts
    },
    eventsSettled: () => sink.settled(),
    freeze: (clientId) => hub.channels.get(clientId)?.freeze(),
    cut: (clientId) => hub.channels.get(clientId)?.cut(),
    fail: (faults) => hub.faults.set(faults),
    async close() {
      silence()
      await sink.close()
      hub.hooks.close()
      const listenersClosed = Promise.all([tcp.close(), ws.close(), management.close()])
      await Promise.all(hub.channels.all().map((one) => one.expel('server_shutting_down')))
      for (const wire of wires) wire.close()
      await listenersClosed
      hub.timers.callOffAll()
    },
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

interface OpenHub {
  readonly hub: Hub
  readonly sink: SinkSwitch
  /** Ends the events. */
  silence(): void
}

function createHub(options: BrokerOptions): OpenHub {
  const first = withDefaults(options)
  for (const url of [first.hooks.connectUrl, first.hooks.topicUrl, first.events?.url]) {
    checkHookUrl(url)
  }
  const { node } = first
  const timers = createTimers(first.clock)
  const sink = createSinkSwitch(first.events, timers)
  const configuration = createConfiguration(first, (documents) =>
    sink.turnTo(sinkFrom(documents, first.events)),
  )
  let tell = (event: BrokerEvent) => {
    first.onEvent(event)
    configuration.note(event)
    sink.put(event)
  }
  const report: Report = (happening) => tell({ ...happening, node, timestamp: timers.now() })
  const hooks = createHookClient(() => configuration.settings.hooks, timers)
  const hub: Hub = {
    get settings() {
      return configuration.settings
    },
    configuration,
    sink,
    timers,
    report,
    hooks,
    authenticate: createAuthenticate(() => loginHook(configuration), hooks, timers),
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

function loginHook({ settings }: Configuration): LoginHook | undefined {
  const { connectUrl: url, connectBody: body } = settings.hooks
  return url === undefined ? undefined : { url, body }
}
