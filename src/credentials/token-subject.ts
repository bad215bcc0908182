import type { TokenSubject } from '../core/ports/api-login-ports.ts'
import { isJwt, isTicket, TICKET_PREFIX } from './credential-form.ts'
import type { ClaimRules } from './jwt-claims.ts'
import { TICKET_CLIENT_ID_CLAIM } from './ticket.ts'

type SubjectClaims = Pick<ClaimRules, 'uidClaim' | 'clientIdClaim'>

const OF_TICKETS: SubjectClaims = { uidClaim: 'sub', clientIdClaim: TICKET_CLIENT_ID_CLAIM }

/**
 * Returns what reads whom a token is for, before anybody has looked at its signature: a name to ask the
 * login chain about. `jwt` is undefined where JWTs are not taken.
 */
export function createSubjectReader(
  jwt: SubjectClaims | undefined,
): (credential: string) => TokenSubject | undefined {
  return (credential) => {
    if (isTicket(credential)) return readSubject(credential.slice(TICKET_PREFIX.length), OF_TICKETS)
    return jwt && isJwt(credential) ? readSubject(credential, jwt) : undefined
  }
}

function readSubject(
  token: string,
  { uidClaim, clientIdClaim }: SubjectClaims,
): TokenSubject | undefined {
  const claims = readPayload(token.split('.')[1] ?? '')
  const uid = claims?.[uidClaim]
  const clientId = clientIdClaim === undefined ? undefined : claims?.[clientIdClaim]
  if (typeof uid !== 'string') return undefined
  return { uid, clientId: typeof clientId === 'string' ? clientId : undefined }
}

function readPayload(part: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const payload: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return isClaims(payload) ? payload : undefined
  } catch {
    return undefined
  }
}

function isClaims(payload: unknown): payload is Readonly<Record<string, unknown>> {
  return typeof payload === 'object' && payload !== null
}
