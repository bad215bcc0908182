import type { UnitOfWork } from '../ports/unit-of-work.ts'
import type { ConfiguredProvider } from './configured-provider.ts'

/** What the directory needs from outside. */
export interface DirectoryParts {
  readonly unitOfWork: UnitOfWork
  /** argon2id in PHC form, off the main thread. */
  readonly hashPassword: (password: string) => Promise<string>
  /** 256 new random bits, and what is kept of them. */
  readonly makeDeviceSecret: () => { readonly secret: string; readonly digest: string }
  /** Undefined where no ticket secret is configured. */
  readonly tickets: TicketPrinter | undefined
  /** Whether a login would take `password` for another kind of credential, and so never for itself. */
  readonly looksLikeToken: (password: string) => boolean
  /** Those who deliver, as configured now. Throws where the configuration can't be used. */
  readonly providers: () => readonly ConfiguredProvider[]
  readonly now: () => Date
}

export interface TicketPrinter {
  /** Signs a login ticket. */
  readonly sign: (claims: TicketClaims) => string
  /** How long a ticket is good for where nothing else is asked for. */
  readonly ttlMs: number
}

export interface TicketClaims {
  readonly uid: string
  /** The one device that may log in with it; undefined lets any. */
  readonly clientId: string | undefined
  readonly expiresAt: Date
}
