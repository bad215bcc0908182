import {
  type Conversation,
  type Login,
  type Message,
  openSession,
  type Session,
} from './session.ts'
import { view } from './view.ts'

/** How often contacts, groups, presence and requests are looked at. */
const LOOK_MS = 2_000

const messages: Message[] = []
let conversations: readonly Conversation[] = []
let open: string | undefined

/** A link may carry a login; what follows `#` is not sent to any server. */
const [clientId, secret] = decodeURIComponent(location.hash.slice(1)).split(/:(.*)/)
if (clientId && secret) {
  history.replaceState(null, '', location.pathname)
  void start({ clientId, secret })
}
view.onLogin((login) => void start(login))

async function start(login: Login): Promise<void> {
  try {
    const { brokerUrl } = await (await fetch('/settings.json')).json()
    const session = await openSession(login, brokerUrl, (message) => take(message))
    listen = (message) => hear(session, message)
    view.onSend((text) => void send(session, text))
    view.onBefriend((uid) => void befriend(session, uid))
    view.showChat(session.uid)
    await look(session)
    setInterval(() => void look(session), LOOK_MS)
  } catch (error) {
    view.showNotice(`${error}`)
  }
}

let listen: (message: Message) => void = () => {}

function take(message: Message): void {
  messages.push(message)
  listen(message)
}

/** Counts what is unread by itself: Herald may hear of a message a moment after the page. */
function hear(session: Session, { conversation, from }: Message): void {
  if (conversation === open) return void enter(session, conversation)
  if (from === session.uid) return
  conversations = conversations.map((one) =>
    one.id === conversation ? { ...one, unread: one.unread + 1 } : one,
  )
  show(session)
}

async function look(session: Session): Promise<void> {
  conversations = await session.conversations()
  show(session)
  const requests = await session.friendRequests()
  view.showFriendRequests(requests, ({ id }) => void session.accept(id).then(() => look(session)))
}

async function enter(session: Session, conversation: string): Promise<void> {
  open = conversation
  conversations = conversations.map((one) =>
    one.id === conversation ? { ...one, unread: 0 } : one,
  )
  show(session)
  await session.markRead(conversation)
}

async function send(session: Session, text: string): Promise<void> {
  try {
    if (open === undefined) throw new Error('choose whom to write to')
    await session.send(open, text)
    view.showNotice('')
  } catch (error) {
    view.showNotice(`Not sent: ${error}`)
  }
}

async function befriend(session: Session, uid: string): Promise<void> {
  try {
    await session.befriend(uid)
    view.showNotice(`${uid} is asked.`)
  } catch (error) {
    view.showNotice(`Not asked: ${error}`)
  }
}

function show(session: Session): void {
  view.showConversations(conversations, open, (conversation) => void enter(session, conversation))
  view.showMessages(messages.filter(({ conversation }) => conversation === open))
}
