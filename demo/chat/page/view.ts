import type { Conversation, FriendRequest, Message } from './session.ts'

/** What is on the page. Texts go in as texts: nobody can write HTML into somebody else's page. */
export const view = {
  onLogin(log: (login: { clientId: string; secret: string }) => void): void {
    onSubmit('login', (fields) => log({ clientId: fields('clientId'), secret: fields('secret') }))
  },

  onSend(send: (text: string) => void): void {
    onSubmit('compose', (fields) => send(fields('text')))
  },

  onBefriend(befriend: (uid: string) => void): void {
    onSubmit('befriend', (fields) => befriend(fields('uid')))
  },

  showChat(uid: string): void {
    element('login').hidden = true
    element('chat').hidden = false
    document.title = `${uid}: chat`
  },

  showNotice(text: string): void {
    element('notice').textContent = text
  },

  showConversations(
    conversations: readonly Conversation[],
    open: string | undefined,
    onOpen: (conversation: string) => void,
  ): void {
    const items = conversations.map((conversation) => {
      const button = make('button', conversation.name)
      button.dataset.id = conversation.id
      button.ariaCurrent = String(conversation.id === open)
      button.classList.toggle('online', conversation.isOnline)
      if (conversation.unread > 0) button.append(make('span', `${conversation.unread}`, 'unread'))
      button.addEventListener('click', () => onOpen(conversation.id))
      const item = make('li')
      item.append(button)
      return item
    })
    element('conversations').replaceChildren(...items)
  },

  showFriendRequests(
    requests: readonly FriendRequest[],
    onAccept: (request: FriendRequest) => void,
  ): void {
    const items = requests.map((request) => {
      const button = make('button', 'Accept')
      button.addEventListener('click', () => onAccept(request))
      const item = make('li', `${request.from}: ${request.text} `)
      item.append(button)
      return item
    })
    element('requests').replaceChildren(...items)
  },

  showMessages(messages: readonly Message[]): void {
    const items = messages.map(({ from, text }) => make('li', `${from}: ${text}`))
    element('messages').replaceChildren(...items)
  },
}

function onSubmit(id: string, submit: (fields: (name: string) => string) => void): void {
  const form = element(id)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    if (!(form instanceof HTMLFormElement)) return
    const fields = new FormData(form)
    submit((name) => String(fields.get(name)))
    form.reset()
  })
}

function element(id: string): HTMLElement {
  const found = document.getElementById(id)
  if (found === null) throw new Error(`the page has no #${id}`)
  return found
}

function make<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  text = '',
  className = '',
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag)
  made.textContent = text
  made.className = className
  return made
}
