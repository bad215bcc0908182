import { type BrokerOptions, type BrokerSettings, withDefaults } from './broker-settings.ts'
import { createChannelRegistry } from './channel/channel-registry.ts'
import { createTimers } from './clock.ts'
import type { BrokerEvent, Happening, Report } from './events/broker-event.ts'
import { createFaults } from './faults.ts'
import { checkHookUrl, createHookClient } from './hooks/hook-client.ts'
import { createAuthenticate } from './hooks/login.ts'
import type { Hub } from './hub.ts'
import { createMessageIds } from './message-ids.ts'
import { createNodes } from './nodes.ts'
import { createRouter } from './routing/router.ts'
import { createEventRoad } from './sink/event-road.ts'
import { EventSink } from './sink/event-sink.ts'

export interface OpenHub {
  readonly hub: Hub
  readonly sink: EventSink | undefined
  /** Resolves when every event was answered or given up. */
  settled(): Promise<void>
  /** Ends the events. */
  silence(): void
}

export function openHub(options: BrokerOptions): OpenHub {
  const settings = withDefaults(options)
  const { headers, timeoutMs } = settings.hooks
  for (const url of urlsOf(settings)) checkHookUrl(url)
  const { node, otherNodes, nodeOf } = settings
  const timers = createTimers(settings.clock)
  const faults = createFaults()
  const sink = settings.events && new EventSink(settings.events, timers)
  const road = createEventRoad(faults, (event) => sink?.put(event))
  const channels = createChannelRegistry()
  let tell = (event: BrokerEvent) => {
    settings.onEvent(event)
    if (settings.events?.selects(event)) road.put(event)
  }
  const nodeAt = ({ clientid }: Happening) => channels.get(clientid)?.client.node ?? node
  const report: Report = (happening) =>
    tell({ ...happening, node: nodeAt(happening), timestamp: timers.now() })
  const hooks = createHookClient({ headers, timeoutMs }, timers)
  const hub: Hub = {
    settings,
    timers,
    report,
    hooks,
    authenticate: createAuthenticate(loginOf(settings), hooks, timers),
    router: createRouter(timers, report),
    channels,
    faults,
    nodes: createNodes(node, otherNodes, nodeOf),
    nextMessageId: createMessageIds(node, timers.now),
  }
  return {
    hub,
    sink,
    async settled() {
      road.release()
      await sink?.settled()
    },
    silence() {
      tell = () => {}
    },
  }
}

function urlsOf({ hooks, events }: BrokerSettings): readonly (string | undefined)[] {
  return [hooks.connectUrl, hooks.topicUrl, events?.url]
}

function loginOf({ hooks: { connectUrl, connectBody } }: BrokerSettings) {
  return connectUrl === undefined ? undefined : { url: connectUrl, body: connectBody }
}
