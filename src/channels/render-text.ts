import type { Notification } from '../core/delivery/notification.ts'
import type { RenderedText } from '../core/delivery/rendered-text.ts'
import { type Phrases, phrasesFor } from './phrases.ts'

/** What a person reads; undefined where nothing is shown. */
export function renderText(notification: Notification): RenderedText | undefined {
  const words = wordsOf(notification)
  return words && { ...words, html: undefined }
}

function wordsOf(notification: Notification): Omit<RenderedText, 'html'> | undefined {
  const { kind, from } = notification
  const phrases = phrasesFor(notification.locale)
  const sender = from.displayName ?? from.uid
  const group = groupName(notification)
  switch (kind) {
    case 'direct-message':
      return { title: titled(notification, sender), body: messageBody(notification, phrases) }
    case 'group-message': {
      // Who says it is always shown, also under a title that the sender chose.
      const body = `${sender}: ${messageBody(notification, phrases)}`
      return { title: titled(notification, group), body }
    }
    case 'friend-request':
      return { title: sender, body: notification.body ?? phrases.friendRequest }
    case 'join-request':
      return { title: group, body: phrases.joinRequest(sender) }
    case 'invitation':
      return { title: group, body: phrases.invitation(sender) }
    case 'clear':
      return undefined
  }
}

function titled({ title, kind }: Notification, otherwise: string): string {
  if (title === undefined) return otherwise
  return kind === 'direct-message' ? `${title} (${otherwise})` : title
}

function messageBody({ messages, body }: Notification, phrases: Phrases): string {
  return messages > 1 ? phrases.newMessages(messages) : (body ?? phrases.newMessage)
}

function groupName({ group }: Notification): string {
  return group?.displayName ?? group?.gid ?? ''
}
