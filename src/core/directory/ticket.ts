import { DomainError } from '../domain-error.ts'
import { checkIdentifier } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'

export interface TicketRequest {
  readonly uid: string
  /** The one device that may log in with it; left out, any of the user's may. */
  readonly clientId?: string | undefined
  /** 1 to 86,400; 300 where it is left out. */
  readonly ttlSeconds?: number | undefined
}

export interface Ticket {
  /** The MQTT password. It is not kept. */
  readonly ticket: string
  readonly expiresAt: Date
}

const TTL_SECONDS_DEFAULT = 300
const TTL_SECONDS_MAX = 86_400

export function signTicket(
  { uid, clientId, ttlSeconds = TTL_SECONDS_DEFAULT }: TicketRequest,
  { makeTicket, now }: DirectoryParts,
): Ticket {
  checkIdentifier('uid', uid)
  if (clientId !== undefined) checkIdentifier('clientId', clientId)
  if (!Number.isInteger(ttlSeconds) || ttlSeconds < 1 || ttlSeconds > TTL_SECONDS_MAX) {
    throw new DomainError(
      'INVALID_TIME',
      `ttlSeconds must be 1 to ${TTL_SECONDS_MAX}`,
      'ttlSeconds',
    )
  }
  if (makeTicket === undefined) {
    throw new DomainError('NOT_CONFIGURED', 'login tickets need a ticket secret: configure one')
  }
  const expiresAt = new Date(now().getTime() + ttlSeconds * 1000)
  return { ticket: makeTicket({ uid, clientId, expiresAt }), expiresAt }
}
