import { DomainError } from '../domain-error.ts'
import { checkIdentifier } from './checks.ts'
import type { DirectoryParts } from './directory-parts.ts'

export interface TicketRequest {
  readonly uid: string
  /** The one device that may log in with it; left out, any of the user's may. */
  readonly clientId?: string | undefined
  /** One second to one day; left out, what the configuration says. */
  readonly ttlMs?: number | undefined
}

export interface Ticket {
  /** The MQTT password. It is not kept. */
  readonly ticket: string
  readonly expiresAt: Date
}

const TTL_MS_MIN = 1000
const TTL_MS_MAX = 86_400_000

export function signTicket(
  { uid, clientId, ttlMs }: TicketRequest,
  { tickets, now }: DirectoryParts,
): Ticket {
  checkIdentifier('uid', uid)
  if (clientId !== undefined) checkIdentifier('clientId', clientId)
  if (ttlMs !== undefined) checkTtl(ttlMs)
  if (tickets === undefined) {
    throw new DomainError(
      'NOT_CONFIGURED',
      'no ticket secret is configured, so there are no login tickets',
    )
  }
  const expiresAt = new Date(now().getTime() + (ttlMs ?? tickets.ttlMs))
  return { ticket: tickets.sign({ uid, clientId, expiresAt }), expiresAt }
}

function checkTtl(ttlMs: number): void {
  if (ttlMs >= TTL_MS_MIN && ttlMs <= TTL_MS_MAX) return
  throw new DomainError('INVALID_TIME', 'a ticket lasts from one second to one day', 'ttlMs')
}
