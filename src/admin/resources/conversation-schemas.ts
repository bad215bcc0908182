import { type Static, Type } from 'typebox'
import type {
  ConversationChange,
  ConversationPreferences,
} from '../../core/directory/preferences.ts'
import { choice, Identifier, named, nullable, parameters, Time } from '../schemas.ts'
import { Notify, readTime } from './preference-schemas.ts'

export const ConversationBody = named(
  'ConversationPreferences',
  {
    uid: Identifier,
    conversation: Type.String({
      examples: ['user/bob', 'group/hikers', 'group/hikers/invitation'],
    }),
    notify: nullable(Notify),
    mutedUntil: nullable(Time),
  },
  'Settings for one conversation; null is as for the account.',
)

export const ConversationPatch = named(
  'ConversationPatch',
  { notify: Type.Optional(nullable(Notify)), mutedUntil: Type.Optional(nullable(Time)) },
  'RFC 7396: what is left out stays, null leaves it to the account.',
)

/** Of a path that names a conversation: `/user/bob`. */
export const CONVERSATION_PATH = { kind: choice(['user', 'group']), id: Identifier }

export const ConversationQuery = parameters({
  requests: Type.Optional(
    choice(
      ['application', 'invitation'],
      'Not what is talked there, but requests to be a contact or member, or invitations.',
    ),
  ),
})

export interface ConversationRequest {
  readonly params: { readonly kind: string; readonly id: string }
  readonly query: Static<typeof ConversationQuery>
}

/** The conversation that a request is about. */
export function conversationIn({ params: { kind, id }, query }: ConversationRequest): string {
  const talk = `${kind}/${id}`
  return query.requests === undefined ? talk : `${talk}/${query.requests}`
}

export function readConversationPatch({
  mutedUntil,
  ...plain
}: Static<typeof ConversationPatch>): ConversationChange {
  return { ...plain, ...(mutedUntil !== undefined && { mutedUntil: readTime(mutedUntil) }) }
}

export function conversationBody(
  settings: ConversationPreferences,
): Static<typeof ConversationBody> {
  return {
    uid: settings.uid,
    conversation: settings.conversation,
    notify: settings.notify ?? null,
    mutedUntil: settings.mutedUntil?.toISOString() ?? null,
  }
}
