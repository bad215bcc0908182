import { isIP } from 'node:net'
import { type Static, Type } from 'typebox'
import type { LoginRefusal } from '../core/access/login.ts'
import type { Dialect, HookReply } from './dialect.ts'

/** The fields of `auth.http.auth_req` and `super_req`, as `emqx/4/` sets them up. */
export const Emqx4Connect = Type.Object({
  clientid: Type.String(),
  username: Type.String(),
  password: Type.Optional(Type.String()),
  ipaddr: Type.Optional(Type.String()),
})

/** The fields of `auth.http.acl_req`; `access` is 1 for subscribe, 2 for publish. */
export const Emqx4Topic = Type.Object({
  access: Type.Union([Type.Literal('1'), Type.Literal('2')]),
  clientid: Type.String(),
  username: Type.String(),
  topic: Type.String(),
})

/**
 * EMQX 4 and 2: a form or query in, and only the status of the answer counts.
 *
 * 200 is yes, whatever the body says, but for the body `ignore`, which passes the question on. 401
 * makes the client see "bad user name or password", 403 "not authorized", and anything else "server
 * unavailable": apps try again after that one, and log people out after the others.
 */
export const emqx4: Dialect<Static<typeof Emqx4Connect>, Static<typeof Emqx4Topic>> = {
  name: 'emqx4',
  readConnect: ({ clientid, username, password, ipaddr }) => ({
    clientId: given(clientid),
    username: given(username),
    credential: given(password),
    address: ipaddr !== undefined && isIP(ipaddr) !== 0 ? ipaddr : '',
  }),
  readTopic: ({ access, clientid, username, topic }) => ({
    uid: given(username),
    clientId: given(clientid),
    action: access === '1' ? 'subscribe' : 'publish',
    topic,
    retain: undefined,
  }),
  answerConnect: (verdict) =>
    verdict.kind === 'deny' && WRONG_CREDENTIAL.has(verdict.reason)
      ? text(401)
      : REPLIES[verdict.kind],
  answerTopic: (verdict) => REPLIES[verdict.kind],
  refuse: (kind) => REPLIES[kind],
}

/** EMQX 4 fills a field that the client left out with `undefined` or `null`. */
function given(value: string | undefined): string {
  return value === undefined || value === 'undefined' || value === 'null' ? '' : value
}

const REPLIES = {
  allow: text(200),
  deny: text(403),
  ignore: text(200, 'ignore'),
  unavailable: text(503),
} as const

/** Refusals that a client mends with another credential. An unknown user looks like a wrong password, and so does a deleted one. */
const WRONG_CREDENTIAL: ReadonlySet<LoginRefusal> = new Set<LoginRefusal>([
  'bad-username',
  'no-credential',
  'unknown-kind',
  'unknown-user',
  'deleted-user',
  'wrong-secret',
  'expired-secret',
  'wrong-token',
  'early-token',
  'expired-token',
  'endless-token',
  'token-of-another-user',
  'token-of-another-device',
  'wrong-password',
])

function text(status: number, body = ''): HookReply {
  return { status, contentType: 'text/plain', body }
}
