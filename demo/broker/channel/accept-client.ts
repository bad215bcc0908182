import type { IConnectPacket } from 'mqtt-packet'
import type { ClientInfo } from '../client-info.ts'
import { clientConnack, clientConnected, loginChecked } from '../events/client-happenings.ts'
import type { LoginVerdict } from '../hooks/login-answer.ts'
import { createTopicRights, type TopicHook, type TopicRights } from '../hooks/topic-rights.ts'
import { createVerdictCache } from '../hooks/verdict-cache.ts'
import type { Hub } from '../hub.ts'
import type { ReasonName } from '../reason-codes.ts'
import { createSession, type Session } from '../sessions/session.ts'
import type { Wire } from '../wire/wire.ts'
import { subscribeUnasked } from './auto-subscribe.ts'
import { Channel } from './channel.ts'
import { refusal, welcome } from './connack.ts'
import { connectFault } from './connect-fault.ts'
import { readClient } from './read-client.ts'

/** Answers a CONNECT: the client's channel, or undefined where it was turned away. */
export async function acceptClient(
  hub: Hub,
  wire: Wire,
  packet: IConnectPacket,
): Promise<Channel | undefined> {
  const stranger = readClient(packet, wire.peer, hub.settings, hub.nodes)
  const bytesMax = packet.properties?.maximumPacketSize ?? Number.POSITIVE_INFINITY
  wire.agree(stranger.protocolVersion, bytesMax)
  const fault = connectFault(packet)
  if (fault !== undefined) return turnAway(hub, wire, stranger, fault)

  const login = await hub.authenticate(stranger, packet.password)
  if (login.kind === 'refused') {
    hub.report(loginChecked(stranger, login.reason, false))
    return turnAway(hub, wire, stranger, login.reason)
  }
  hub.report(loginChecked(stranger, 'success', login.isSuperuser))
  const client = { ...stranger, attributes: { ...stranger.attributes, ...login.attributes } }
  return await hub.channels.alone(client.clientId, () => letIn(hub, wire, client, login, packet))
}

function turnAway(hub: Hub, wire: Wire, client: ClientInfo, reason: ReasonName): undefined {
  hub.report(clientConnack(client, reason))
  wire.close(refusal(client, reason))
  return undefined
}

type Login = Extract<LoginVerdict, { kind: 'accepted' }>

async function letIn(
  hub: Hub,
  wire: Wire,
  client: ClientInfo,
  login: Login,
  { will }: IConnectPacket,
): Promise<Channel | undefined> {
  const { session, isPresent } = await openSession(hub, client)
  // Its node has died while others were asked, and what it was given is lost with it.
  if (!hub.nodes.isAlive(client.node)) {
    hub.router.forget(session)
    wire.close()
    return undefined
  }
  const rights = rightsOf(hub, client, login)
  const { expiresAt } = login
  const channel = new Channel({ hub, client, wire, session, rights, will, expiresAt })
  hub.channels.put(channel)
  hub.report(clientConnected(client, channel.connectedAt))
  hub.report(clientConnack(client, 'success'))
  wire.send(welcome(client, isPresent, hub.settings))
  channel.start()
  subscribeUnasked(hub, client, session)
  return channel
}

function rightsOf(hub: Hub, client: ClientInfo, login: Login): TopicRights {
  const { settings, hooks, report, timers } = hub
  return createTopicRights({
    client,
    isSuperuser: login.isSuperuser,
    rules: login.rules,
    hook: topicHook(hub),
    hooks,
    noMatch: settings.noMatch,
    cache: createVerdictCache(settings.cache, timers),
    report,
  })
}

function topicHook({ settings }: Hub): TopicHook | undefined {
  const { topicUrl, topicBody } = settings.hooks
  return topicUrl === undefined ? undefined : { url: topicUrl, body: topicBody }
}

interface OpenedSession {
  readonly session: Session
  readonly isPresent: boolean
}

/** MQTT 5.0 §3.1.2.4: a clean start ends what there was; otherwise it goes on. */
async function openSession(hub: Hub, client: ClientInfo): Promise<OpenedSession> {
  const earlier = hub.channels.get(client.clientId)
  if (client.cleanStart) {
    await earlier?.discard()
  } else {
    const session = await earlier?.handOver()
    if (session !== undefined) return { session, isPresent: true }
  }
  const session = createSession(client, hub.settings, hub.timers, hub.report)
  return { session, isPresent: false }
}
