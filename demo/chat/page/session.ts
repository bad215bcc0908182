import { createDeviceClient, type HeraldClient } from 'herald-client'
import mqtt, { type MqttClient } from 'mqtt'

/** What a device logs in with: to the broker, and to Herald. */
export interface Login {
  readonly clientId: string
  readonly secret: string
}

export interface Conversation {
  /** `user/bob` or `group/friends`: its name in Herald, and the beginning of its topic. */
  readonly id: string
  readonly name: string
  readonly isOnline: boolean
  readonly unread: number
}

export interface Message {
  readonly conversation: string
  readonly from: string
  readonly text: string
}

/** Somebody who wants to be a contact. */
export interface FriendRequest {
  readonly id: string
  readonly from: string
  readonly text: string
}

/** Somebody who is logged in. */
export interface Session {
  readonly uid: string
  /** Contacts and groups, with what is unread and who is online. */
  conversations(): Promise<readonly Conversation[]>
  /** Resolves when the broker has taken it; rejects where Herald refused it. */
  send(conversation: string, text: string): Promise<void>
  markRead(conversation: string): Promise<void>
  /** Asks somebody to be a contact. */
  befriend(uid: string): Promise<void>
  friendRequests(): Promise<readonly FriendRequest[]>
  accept(id: string): Promise<void>
}

/** Logs in to Herald and to the broker, and has `onMessage` told of what arrives. */
export async function openSession(
  login: Login,
  brokerUrl: string,
  onMessage: (message: Message) => void,
): Promise<Session> {
  const herald = createDeviceClient(location.origin, login)
  const { uid } = await answerOf(herald.GET('/v1/me'))
  const broker = await connect(login, uid, brokerUrl, onMessage)
  const groups = await answerOf(herald.GET('/v1/me/groups'))
  const filters = [`user/${uid}/#`, ...groups.items.map(({ gid }) => `group/${gid}/#`)]
  await broker.subscribeAsync(filters, { qos: 1 })
  return {
    uid,
    conversations: () => readConversations(herald),
    async send(conversation, text) {
      const message = { id: crypto.randomUUID(), body: text }
      await broker.publishAsync(`${conversation}/inbox/${uid}`, JSON.stringify(message), { qos: 1 })
      // What is said in a group comes back to everybody in it.
      if (conversation.startsWith('user/')) onMessage({ conversation, from: uid, text })
    },
    async markRead(conversation) {
      await answerOf(herald.POST('/v1/me/read-marks', { body: { conversation } }))
    },
    async befriend(other) {
      const request = JSON.stringify({ body: 'Shall we talk?' })
      await broker.publishAsync(`user/${other}/application/${uid}`, request, { qos: 1 })
    },
    friendRequests: () => readFriendRequests(herald),
    async accept(id) {
      await answerOf(herald.POST('/v1/me/requests/{id}:accept', { params: { path: { id } } }))
    },
  }
}

async function connect(
  { clientId, secret }: Login,
  uid: string,
  url: string,
  onMessage: (message: Message) => void,
): Promise<MqttClient> {
  const broker = mqtt.connect(url, {
    clientId,
    // The username is the uid, byte for byte.
    username: uid,
    password: secret,
    protocolVersion: 5,
    // The broker keeps what arrives in the next hour while the page is closed.
    clean: false,
    properties: { sessionExpiryInterval: 3_600 },
  })
  broker.on('message', (topic, payload) => {
    const message = readMessage(topic, payload.toString())
    if (message !== undefined) onMessage(message)
  })
  await new Promise<void>((resolve, reject) => {
    broker.once('connect', () => resolve())
    broker.once('error', (error) => {
      broker.end()
      reject(error)
    })
  })
  return broker
}

/** `user/alice/inbox/bob` is what bob says to alice; undefined of requests and invitations. */
function readMessage(topic: string, payload: string): Message | undefined {
  const [kind, id, box, from] = topic.split('/')
  if (box !== 'inbox' || from === undefined) return undefined
  const conversation = kind === 'group' ? `group/${id}` : `user/${from}`
  return { conversation, from, text: bodyOf(payload) }
}

function bodyOf(payload: string): string {
  try {
    const { body } = JSON.parse(payload)
    return String(body)
  } catch {
    // Others may send bare text.
    return payload
  }
}

async function readConversations(herald: HeraldClient): Promise<readonly Conversation[]> {
  const [contacts, groups, presence, unread] = await Promise.all([
    answerOf(herald.GET('/v1/me/contacts')),
    answerOf(herald.GET('/v1/me/groups')),
    answerOf(herald.GET('/v1/me/presence')),
    answerOf(herald.GET('/v1/me/unread')),
  ])
  const online = new Set(
    presence.items.filter(({ status }) => status === 'online').map(({ uid }) => uid),
  )
  const counts = new Map(unread.conversations.map((one) => [one.conversation, one.unread]))
  const found = [
    ...contacts.items.map(({ uid, displayName }) => ({
      id: `user/${uid}`,
      name: displayName ?? uid,
      isOnline: online.has(uid),
    })),
    ...groups.items.map(({ gid, displayName }) => ({
      id: `group/${gid}`,
      name: displayName ?? gid,
      isOnline: false,
    })),
  ]
  return found.map((one) => ({ ...one, unread: counts.get(one.id) ?? 0 }))
}

async function readFriendRequests(herald: HeraldClient): Promise<readonly FriendRequest[]> {
  const query = { state: 'open' } as const
  const { items } = await answerOf(herald.GET('/v1/me/requests', { params: { query } }))
  return items
    .filter(({ kind }) => kind === 'friend-request')
    .map(({ id, from, said }) => ({ id, from, text: said ?? '' }))
}

interface Problem {
  readonly detail: string
}

/** What was asked for, or the reason why not as an error. */
async function answerOf<Data>(
  call: Promise<{ readonly data?: Data; readonly error?: Problem }>,
): Promise<Data> {
  const { data, error } = await call
  if (data === undefined) throw new Error(error?.detail ?? 'Herald can’t be reached')
  return data
}
