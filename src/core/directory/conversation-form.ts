import { isIdentifier } from '../access/identifier.ts'
import { DomainError } from '../domain-error.ts'

/** What may follow after a user or group: requests have conversations of their own. */
const OF_A_USER: readonly string[] = ['application']
const OF_A_GROUP: readonly string[] = ['application', 'invitation']

/** Refuses what is no conversation as a recipient sees it. */
export function checkConversation(conversation: string): void {
  if (isConversation(conversation)) return
  throw new DomainError(
    'INVALID_CONVERSATION',
    'conversation must be user/{uid} or group/{gid}, or that of requests: user/{uid}/application, group/{gid}/application, group/{gid}/invitation',
    'conversation',
  )
}

/** Whether `text` is what `conversationOf` of core/reach makes. */
export function isConversation(text: string): boolean {
  const [kind, id = '', part, ...more] = text.split('/')
  const parts = kind === 'user' ? OF_A_USER : kind === 'group' ? OF_A_GROUP : undefined
  if (parts === undefined || more.length > 0 || !isIdentifier(id)) return false
  return part === undefined || parts.includes(part)
}
