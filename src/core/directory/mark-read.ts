import { DomainError } from '../domain-error.ts'
import type { ReadMarker } from '../ports/read-marker.ts'
import type { ReadMark, ReadUpTo } from '../reach/read-mark.ts'
import { checkIdentifier, checkText } from './checks.ts'
import { checkConversation } from './conversation-form.ts'
import { userNotFound } from './not-found.ts'

export interface ReadRequest {
  readonly uid: string
  readonly conversation: string
  /** Left out: up to now. */
  readonly upTo?: ReadUpTo | undefined
  /** Where it was read: what is shown there needs no clearing. */
  readonly deviceId?: string | undefined
}

/** As long as a message's own id may be. */
const APP_ID_BYTES_MAX = 128

/**
 * Marks a conversation as read. What waits to be told of it is withdrawn, and the user's other devices
 * are told to clear what they show.
 */
export async function markRead(
  { marker, nowMs }: { readonly marker: ReadMarker; readonly nowMs: number },
  { uid, conversation, deviceId, upTo = { kind: 'time', at: nowMs } }: ReadRequest,
): Promise<ReadMark> {
  checkIdentifier('uid', uid)
  checkConversation(conversation)
  if (deviceId !== undefined) checkIdentifier('deviceId', deviceId)
  if (upTo.kind === 'message') checkText('upTo', upTo.appId, APP_ID_BYTES_MAX)
  else checkPast(upTo.at, nowMs)
  const marked = await marker.mark({ uid, conversation, upTo, deviceId, nowMs })
  if (marked === 'unknown-user') throw userNotFound(uid)
  if (marked !== 'unknown-message') return marked
  const message = `no such message in ${conversation} of "${uid}"`
  throw new DomainError('MESSAGE_NOT_FOUND', message, 'upTo')
}

/** A mark in the future would silence what is not written yet. */
function checkPast(at: number, nowMs: number): void {
  // Before 1970 there are no messages. Written so that what is no number is refused as well.
  if (at >= 0 && at <= nowMs) return
  throw new DomainError('INVALID_TIME', 'upTo must be a time that is not in the future', 'upTo')
}
