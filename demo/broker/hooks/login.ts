import { isUtf8 } from 'node:buffer'
import type { ClientInfo } from '../client-info.ts'
import type { Clock } from '../clock.ts'
import { type BodyTemplate, loginVariables, renderBody } from './body-template.ts'
import type { HookClient } from './hook-client.ts'
import { type LoginVerdict, readLoginAnswer } from './login-answer.ts'

export interface LoginHook {
  readonly url: string
  readonly body: BodyTemplate
}

/** Decides who may connect: EMQX's HTTP authenticator, and nothing behind it. */
export type Authenticate = (
  client: ClientInfo,
  password: Buffer | undefined,
) => Promise<LoginVerdict>

/** Without a hook everybody is let in, as by an EMQX that has no authenticator. */
export function createAuthenticate(
  hookNow: () => LoginHook | undefined,
  hooks: HookClient,
  clock: Clock,
): Authenticate {
  return async (client, password) => {
    const hook = hookNow()
    if (hook === undefined) return EVERYBODY
    // JSON has no place for such a password; EMQX refuses without a question (as recorded).
    if (password !== undefined && !isUtf8(password)) return REFUSED
    // MQTT 5.0 §4.12: the HTTP authenticator has no part in an extended authentication.
    if (client.properties.authenticationMethod !== undefined) return REFUSED
    const variables = loginVariables(client, password?.toString('utf8') ?? '')
    const answer = await hooks.ask(hook.url, renderBody(hook.body, variables, client.attributes))
    return readLoginAnswer(answer, clock.now())
  }
}

const REFUSED: LoginVerdict = { kind: 'refused', reason: 'not_authorized' }

const EVERYBODY: LoginVerdict = {
  kind: 'accepted',
  isSuperuser: false,
  attributes: {},
  expiresAt: undefined,
  rules: [],
}
