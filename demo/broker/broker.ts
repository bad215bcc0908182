import { type BrokerOptions, withDefaults } from './broker-settings.ts'
import { createChannelRegistry } from './channel/channel-registry.ts'
import { serveConnection } from './channel/serve-connection.ts'
import { createTimers } from './clock.ts'
import type { Report } from './events/broker-event.ts'
import { checkHookUrl, createHookClient } from './hooks/hook-client.ts'
import { createAuthenticate } from './hooks/login.ts'
import type { Hub } from './hub.ts'
import { createMessageIds } from './message-ids.ts'
import { createRouter } from './routing/router.ts'
import { type Listener, listenTcp, listenWebSocket } from './wire/listeners.ts'
import type { Wire } from './wire/wire.ts'

/** A running broker. */
export interface Broker {
  readonly node: string
  /** MQTT over TCP. */
  readonly tcpPort: number
  /** MQTT over WebSocket, path `/mqtt`. */
  readonly wsPort: number
  /** Sends everybody away and forgets all sessions; from its call on there are no more events. */
  close(): Promise<void>
}

/** Starts a small MQTT 3.1.1 and 5 broker that asks HTTP hooks as EMQX 5 does. */
export async function createBroker(options: BrokerOptions = {}): Promise<Broker> {
  const { hub, silence } = createHub(options)
  const wires = new Set<Wire>()

  function receive(wire: Wire): void {
    wires.add(wire)
    void wire.closed.then(() => wires.delete(wire))
    void serveConnection(hub, wire)
  }

  const { tcp, ws } = await listen(hub, receive)
  return {
    node: hub.settings.node,
    tcpPort: tcp.port,
    wsPort: ws.port,
    async close() {
      silence()
      hub.hooks.close()
      const listenersClosed = Promise.all([tcp.close(), ws.close()])
      await Promise.all(hub.channels.all().map((one) => one.expel('server_shutting_down')))
      for (const wire of wires) wire.close()
      await listenersClosed
      hub.timers.callOffAll()
    },
  }
}

async function listen(
  { settings }: Hub,
  receive: (wire: Wire) => void,
): Promise<{ readonly tcp: Listener; readonly ws: Listener }> {
  const { host, tcpPort, wsPort } = settings
  const tcp = await listenTcp({ host, port: tcpPort }, receive)
  try {
    const ws = await listenWebSocket({ host, port: wsPort }, receive)
    return { tcp, ws }
  } catch (error) {
    await tcp.close()
    throw error
  }
}

interface OpenHub {
  readonly hub: Hub
  /** Ends the events. */
  silence(): void
}

function createHub(options: BrokerOptions): OpenHub {
  const settings = withDefaults(options)
  const { connectUrl, connectBody, topicUrl, headers, timeoutMs } = settings.hooks
  for (const url of [connectUrl, topicUrl]) checkHookUrl(url)
  const { node } = settings
  const timers = createTimers(settings.clock)
  let tell = settings.onEvent
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
    nextMessageId: createMessageIds(node, timers.now),
  }
  return {
    hub,
    silence() {
      tell = () => {}
    },
  }
}
