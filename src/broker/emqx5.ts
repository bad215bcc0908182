import { isIP } from 'node:net'
import { type Static, Type } from 'typebox'
import type { Allow } from '../core/access/verdict.ts'
import type { Dialect, HookReply } from './dialect.ts'

/** The body of EMQX 5's HTTP authenticator, as `emqx/5/` sets it up. Further fields are ignored. */
export const Emqx5Connect = Type.Object({
  clientid: Type.String(),
  username: Type.String(),
  password: Type.String(),
  peerhost: Type.Optional(Type.String()),
})

/** The body of EMQX 5's HTTP authorizer. Every value is text: qos `"1"`, retain `"true"`. */
export const Emqx5Topic = Type.Object({
  clientid: Type.String(),
  username: Type.String(),
  action: Type.Union([Type.Literal('publish'), Type.Literal('subscribe')]),
  topic: Type.String(),
  retain: Type.Optional(Type.String()),
})

/**
 * EMQX 5 and 6: JSON in, JSON out.
 *
 * A refusal is 200 with `result: deny`. To EMQX 5 any status but 200 and 204 is "no opinion", and
 * it goes on to ask its next source. https://docs.emqx.com/en/emqx/latest/access-control/authn/http.html
 */
export const emqx5: Dialect<Static<typeof Emqx5Connect>, Static<typeof Emqx5Topic>> = {
  name: 'emqx5',
  readConnect: ({ clientid, username, password, peerhost }) => ({
    clientId: clientid,
    username,
    credential: password,
    // A placeholder that the broker doesn't know arrives as its own text.
    address: peerhost !== undefined && isIP(peerhost) !== 0 ? peerhost : '',
  }),
  readTopic: ({ clientid, username, action, topic, retain }) => ({
    uid: username,
    clientId: clientid,
    action,
    topic,
    retain: retain === undefined ? undefined : retain === 'true',
  }),
  answerConnect: (verdict) =>
    verdict.kind === 'allow' ? allowLogin(verdict) : REPLIES[verdict.kind],
  answerTopic: (verdict) => REPLIES[verdict.kind],
  refuse: (kind) => REPLIES[kind],
}

const REPLIES = {
  allow: json('{"result":"allow"}'),
  deny: json('{"result":"deny"}'),
  ignore: json('{"result":"ignore"}'),
  unavailable: json('{"result":"deny"}'),
} as const

/** `is_superuser` is given to nobody: it would end all topic questions. */
function allowLogin({ expireAt, clientAttrs }: Allow): HookReply {
  if (expireAt === undefined && clientAttrs === undefined) return REPLIES.allow
  return json(JSON.stringify({ result: 'allow', expire_at: expireAt, client_attrs: clientAttrs }))
}

function json(body: string): HookReply {
  return { status: 200, contentType: 'application/json', body }
}
