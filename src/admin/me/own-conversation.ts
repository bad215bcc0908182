import { Type } from 'typebox'
import { checkConversation } from '../../core/directory/conversation-form.ts'
import { groupNotFound } from '../../core/directory/not-found.ts'
import type { OwnReader } from '../../core/ports/own-reader.ts'

/** `group/`, an identifier, and what its requests have after it. */
const CHARACTERS_MAX = 160

export const Conversation = Type.String({
  minLength: 1,
  maxLength: CHARACTERS_MAX,
  description: 'user/{uid} or group/{gid}, or that of requests: with /application or /invitation.',
  examples: ['user/bob'],
})

/** Refuses what is no conversation, and that of a group that the user is not in. */
export async function demandOwnConversation(
  own: OwnReader,
  uid: string,
  conversation: string,
): Promise<void> {
  checkConversation(conversation)
  const [kind, id = '', part] = conversation.split('/')
  // Who is invited is not in it yet.
  if (kind !== 'group' || part === 'invitation') return
  if ((await own.group(uid, id)) === undefined) throw groupNotFound(id)
}
