import type { DeviceOwners, TokenSubject } from '../ports/api-login-ports.ts'
import { isIdentifier } from './identifier.ts'
import type { LoginRefusal, LoginVerdict } from './login.ts'
import type { LoginChain } from './may-connect.ts'

/** What an app shows who calls the REST API for its own user. */
export interface ApiCredential {
  /** `token`: it stands alone; `secret`: it goes with a client id, and may be a token as well. */
  readonly kind: 'token' | 'secret'
  /** The device that the caller says it is. */
  readonly clientId: string | undefined
  readonly credential: string
  /** The caller's IP address. */
  readonly address: string
}

export type ApiLoginVerdict =
  | { readonly kind: 'allow'; readonly uid: string; readonly clientId: string | undefined }
  | { readonly kind: 'deny'; readonly reason: LoginRefusal }
  | { readonly kind: 'unavailable'; readonly reason: string }

export interface ApiLoginParts {
  readonly logins: LoginChain
  /** Undefined where `credential` is no token that this installation would look at. */
  readonly subjectOf: (credential: string) => TokenSubject | undefined
  readonly owners: DeviceOwners
}

export type ApiLogin = (credential: ApiCredential) => Promise<ApiLoginVerdict>

/**
 * Lets apps in by what they log in to the broker with, by the same chain. A broker says who logs in; here
 * the token does, or the device: whoever that is has still to be proved.
 */
export function createApiLogin(parts: ApiLoginParts): ApiLogin {
  return async (shown) => {
    const { credential, address } = shown
    const subject = parts.subjectOf(credential)
    if (subject === undefined && shown.kind === 'token') return deny('unknown-kind')
    const clientId = shown.clientId ?? subject?.clientId
    if (clientId !== undefined && !isIdentifier(clientId)) return deny('bad-client-id')
    const uid = subject?.uid ?? (clientId && (await parts.owners.ownerOf(clientId)))
    if (uid === undefined) return deny('unknown-device')
    const question = { username: uid, credential, address }
    const verdict =
      clientId === undefined
        ? await parts.logins.mayEnter(question)
        : await parts.logins.mayConnect({ ...question, clientId })
    return read(verdict, uid, clientId)
  }
}

function read(verdict: LoginVerdict, uid: string, clientId: string | undefined): ApiLoginVerdict {
  switch (verdict.kind) {
    case 'allow':
      return { kind: 'allow', uid, clientId }
    case 'ignore':
      // There is nobody else to ask here.
      return deny('unknown-user')
    case 'deny':
      return deny(verdict.reason)
    case 'unavailable':
      return { kind: 'unavailable', reason: verdict.reason }
  }
}

function deny(reason: LoginRefusal): ApiLoginVerdict {
  return { kind: 'deny', reason }
}
