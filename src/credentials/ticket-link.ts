import type { LoginLink, Proof } from '../core/access/login.ts'
import { isTicket, TICKET_PREFIX } from './credential-form.ts'
import type { ClaimRules } from './jwt-claims.ts'
import { secretKey } from './jwt-key.ts'
import { TICKET_AUDIENCE, TICKET_CLIENT_ID_CLAIM, TICKET_ISSUER, ticketKey } from './ticket.ts'
import { createTokenProver } from './token-prover.ts'

export interface TicketLinkParts {
  /** All of them verify. */
  readonly secrets: readonly string[]
  /** In milliseconds. */
  readonly now: () => number
}

const RULES: ClaimRules = {
  issuer: TICKET_ISSUER,
  audience: TICKET_AUDIENCE,
  leewayMs: 0,
  uidClaim: 'sub',
  clientIdClaim: TICKET_CLIENT_ID_CLAIM,
}

/** Logins by ticket: a short-lived token that Herald itself has signed. */
export function createTicketLink({ secrets, now }: TicketLinkParts): LoginLink {
  const keys = secrets.flatMap((secret) => secretKey(ticketKey(secret), ['HS256']) ?? [])
  const prove = createTokenProver({
    keys: { find: () => keys, fetch: async () => [], has: () => true },
    rules: RULES,
    now,
  })
  return {
    name: 'ticket',
    mayProvision: false,
    storedProof: 'nothing',
    recognises: isTicket,
    async prove(question) {
      const proof = await prove(question.credential.slice(TICKET_PREFIX.length), question)
      return proof.kind === 'proved' ? PROVED : proof
    },
  }
}

/** A ticket opens the door; it does not say how long its holder may stay. */
const PROVED: Proof = { kind: 'proved' }
