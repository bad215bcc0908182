import { checkIdentifier } from '../directory/checks.ts'
import { checkConversation } from '../directory/conversation-form.ts'
import { type Page, type PageRequest, readPage } from '../directory/page.ts'
import { DomainError } from '../domain-error.ts'
import type { MessageFilter, MessageHead, MessageSearch } from '../ports/message-search.ts'

export interface MessageQuestion extends PageRequest {
  readonly uid?: string | undefined
  /** `group/{gid}`; or, with a `uid`, `user/{peer}` as that user sees it. */
  readonly conversation?: string | undefined
}

/** Direct and group messages of a user's inbox or of a conversation, the newest first. */
export function searchMessages(
  search: MessageSearch,
  { uid, conversation, ...page }: MessageQuestion,
): Promise<Page<MessageHead>> {
  const filter = filterOf(uid, conversation)
  return readPage(
    page,
    ({ sentAt, id }) => `${sentAt.getTime()}-${id}`,
    ({ after, limit }) => search.list(filter, { after: readCursor(after), limit }),
    (text) => readCursor(text) !== undefined,
  )
}

function filterOf(uid: string | undefined, conversation: string | undefined): MessageFilter {
  if (uid !== undefined) checkIdentifier('user', uid)
  if (conversation === undefined) {
    if (uid !== undefined) return { kind: 'inbox', inbox: `user/${uid}` }
    throw new DomainError('INVALID_CONVERSATION', 'name a user, a conversation, or both', 'user')
  }
  checkConversation(conversation)
  const [kind, id = '', part] = conversation.split('/')
  if (part === undefined && kind === 'group') return { kind: 'inbox', inbox: conversation }
  if (part === undefined && uid !== undefined) return { kind: 'between', uid, peer: id }
  const message =
    part === undefined
      ? 'user/{peer} is a conversation only with a user: name both'
      : 'requests are not listed: ask for them by id'
  throw new DomainError('INVALID_CONVERSATION', message, 'conversation')
}

const CURSOR = /^(\d{1,15})-([0-9a-f]{32})$/

function readCursor(text: string) {
  const [, sentAt, id] = CURSOR.exec(text) ?? []
  return sentAt === undefined || id === undefined ? undefined : { sentAtMs: Number(sentAt), id }
}
