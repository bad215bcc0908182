import type { Kysely } from 'kysely'
import type { Config } from '../config/config.ts'
import { createDirectory, type Directory } from '../core/directory/directory.ts'
import { looksLikeToken } from '../credentials/credential-form.ts'
import { makeDeviceSecret } from '../credentials/device-secret.ts'
import { hashPassword } from '../credentials/password-hash.ts'
import { createTicketMaker } from '../credentials/ticket.ts'
import type { Database } from '../postgres/tables.ts'
import { createUnitOfWork } from '../postgres/unit-of-work.ts'
import { PROVIDER_NAMES } from './delivery.ts'

/** The directory on a database. */
export function composeDirectory(db: Kysely<Database>, { logins }: Config): Directory {
  const { ticket } = logins
  return createDirectory({
    unitOfWork: createUnitOfWork(db),
    hashPassword,
    makeDeviceSecret,
    looksLikeToken,
    tickets: ticket && { sign: createTicketMaker(ticket.secrets), ttlMs: ticket.ttlMs },
    providers: PROVIDER_NAMES,
    now: () => new Date(),
  })
}
