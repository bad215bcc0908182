import type { Kysely } from 'kysely'
import type { Config } from '../config/config.ts'
import type { ConfiguredProvider } from '../core/directory/configured-provider.ts'
import { createDirectory, type Directory } from '../core/directory/directory.ts'
import type { DirectoryParts } from '../core/directory/directory-parts.ts'
import { looksLikeToken } from '../credentials/credential-form.ts'
import { makeDeviceSecret } from '../credentials/device-secret.ts'
import { hashPassword } from '../credentials/password-hash.ts'
import { createTicketMaker } from '../credentials/ticket.ts'
import type { Database } from '../postgres/tables.ts'
import { createUnitOfWork } from '../postgres/unit-of-work.ts'

/** The directory on a database. `providers` is asked where an address is added. */
export function composeDirectory(
  db: Kysely<Database>,
  config: Config,
  providers: () => readonly ConfiguredProvider[],
): Directory {
  return createDirectory(directoryParts(db, config, providers))
}

/** What it is made from. */
export function directoryParts(
  db: Kysely<Database>,
  { logins }: Config,
  providers: () => readonly ConfiguredProvider[],
): DirectoryParts {
  const { ticket } = logins
  return {
    unitOfWork: createUnitOfWork(db),
    hashPassword,
    makeDeviceSecret,
    looksLikeToken,
    tickets: ticket && { sign: createTicketMaker(ticket.secrets), ttlMs: ticket.ttlMs },
    providers,
    now: () => new Date(),
  }
}
