import { hkdfSync } from 'node:crypto'
import { createSigner } from 'fast-jwt'
import { StartFault } from '../core/start-fault.ts'
import { TICKET_PREFIX } from './credential-form.ts'

/** What a ticket says. */
export interface TicketClaims {
  readonly uid: string
  /** The one device that may log in with it; undefined lets any. */
  readonly clientId: string | undefined
  readonly expiresAt: Date
}

export const TICKET_ISSUER = 'herald'
export const TICKET_AUDIENCE = 'herald-login'
export const TICKET_CLIENT_ID_CLAIM = 'cid'

/** Returns what signs tickets. Of the secrets, the first signs. */
export function createTicketMaker(secrets: readonly string[]): (claims: TicketClaims) => string {
  const [first] = secrets
  if (first === undefined) throw new StartFault('login tickets need a ticket secret')
  const sign = createSigner({ key: ticketKey(first), algorithm: 'HS256', noTimestamp: true })
  return ({ uid, clientId, expiresAt }) => {
    const token = sign({
      iss: TICKET_ISSUER,
      aud: TICKET_AUDIENCE,
      sub: uid,
      ...(clientId !== undefined && { [TICKET_CLIENT_ID_CLAIM]: clientId }),
      exp: Math.ceil(expiresAt.getTime() / 1000),
    })
    return TICKET_PREFIX + token
  }
}

/**
 * A key of its own (RFC 5869): where somebody uses one secret for tickets and for JWTs, neither passes
 * for the other.
 */
export function ticketKey(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'herald login ticket', 32))
}
