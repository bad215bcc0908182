import { type Static, Type } from 'typebox'
import type { Actor } from '../../core/admin/actor.ts'
import { mayReadWords } from '../../core/admin/scopes.ts'
import {
  type ChatRequest,
  REQUEST_KINDS,
  REQUEST_STATES,
} from '../../core/directory/chat-request.ts'
import {
  choice,
  Identifier,
  NumberedId,
  named,
  nullable,
  PAGE,
  parameters,
  Time,
} from '../schemas.ts'

const State = choice(REQUEST_STATES)

export const RequestBody = named(
  'Request',
  {
    id: NumberedId,
    kind: choice(REQUEST_KINDS),
    from: Identifier,
    to: nullable(Identifier),
    group: nullable(Identifier),
    state: State,
    said: Type.Union([Type.String(), Type.Null()], {
      description: 'What it says, cut to 1,024 bytes; null as well to keys that read no bodies.',
    }),
    createdAt: Time,
    askedAt: Time,
    expiresAt: Time,
    decidedAt: nullable(Time),
  },
  'What somebody asked for over MQTT: to be friends, to join a group, or that another joins it.',
)

export const RequestQuery = parameters({
  ...PAGE,
  from: Type.Optional(Identifier),
  to: Type.Optional(Identifier),
  group: Type.Optional(Identifier),
  state: Type.Optional(State),
})

/** `words` says whether those of its sender are shown. */
export function requestBody(request: ChatRequest, words: 'shown' | 'hidden') {
  const body: Static<typeof RequestBody> = {
    id: request.id,
    kind: request.kind,
    from: request.from,
    to: request.to ?? null,
    group: request.gid ?? null,
    state: request.state,
    said: words === 'shown' ? (request.said ?? null) : null,
    createdAt: request.createdAt.toISOString(),
    askedAt: request.askedAt.toISOString(),
    expiresAt: request.expiresAt.toISOString(),
    decidedAt: request.decidedAt?.toISOString() ?? null,
  }
  return body
}

export function wordsFor({ scopes }: Actor): 'shown' | 'hidden' {
  return mayReadWords(scopes) ? 'shown' : 'hidden'
}
