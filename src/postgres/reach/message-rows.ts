import type { ChatMessage } from '../../core/reach/chat-message.ts'
import { conversationOf } from '../../core/reach/conversation.ts'
import type { ReachPolicy } from '../../core/reach/reach-policy.ts'
import { type GrantedSayings, grantSayings } from '../../core/reach/sender-rights.ts'

/** The columns of `messageRows`, for `json_to_recordset`. */
export const MESSAGE_COLUMNS = `n integer, day date, id uuid, kind text, to_uid text, gid text,
  from_uid text, inbox text, conversation text, sent_at timestamptz, awaits_ack boolean, app_id text,
  mentions text[], is_silent boolean,
  expires_at timestamptz, is_forced boolean, mentions_all boolean, content jsonb, asks_role boolean,
  expires_at_p timestamptz, is_forced_p boolean, mentions_all_p boolean, content_p jsonb`

/**
 * Messages as one JSON text. What a sender may say is there twice where it matters, for ordinary and
 * (`_p`) for privileged ones: whether a group's admin wrote it, the database knows.
 */
export function messageRows(messages: readonly ChatMessage[], policy: ReachPolicy): string {
  return JSON.stringify(messages.map((message, n) => ({ n, ...messageRow(message, policy) })))
}

function messageRow(message: ChatMessage, policy: ReachPolicy) {
  const { id, day, kind, to, gid, from, sentAt, qos, said } = message
  const isGroups = kind === 'group-message' || kind === 'join-request'
  return {
    id,
    day,
    kind,
    to_uid: to,
    gid,
    from_uid: from,
    inbox: isGroups ? `group/${gid}` : `user/${to}`,
    conversation: conversationOf(message),
    sent_at: iso(sentAt),
    awaits_ack: qos > 0 || undefined,
    app_id: said.appId,
    // What is not so is left out: the database reads a name faster than it reads "false".
    mentions: said.mentions.length === 0 ? undefined : said.mentions,
    is_silent: said.isSilent || undefined,
    ...grantedColumns(message, policy),
  }
}

function grantedColumns(message: ChatMessage, policy: ReachPolicy) {
  const privileged = grantColumns(grantSayings(message, 'privileged', policy))
  if (message.isServer) return privileged
  const ordinary = grantColumns(grantSayings(message, 'ordinary', policy))
  if (message.gid === undefined || JSON.stringify(ordinary) === JSON.stringify(privileged)) {
    return ordinary
  }
  return {
    ...ordinary,
    asks_role: true,
    expires_at_p: privileged.expires_at,
    is_forced_p: privileged.is_forced,
    mentions_all_p: privileged.mentions_all,
    content_p: privileged.content,
  }
}

function grantColumns({ expiresAt, isForced, mentionsAll, content }: GrantedSayings) {
  const said = Object.values(content).some((value) => value !== undefined)
  return {
    expires_at: iso(expiresAt),
    is_forced: isForced || undefined,
    mentions_all: mentionsAll || undefined,
    content: said ? content : undefined,
  }
}

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}
