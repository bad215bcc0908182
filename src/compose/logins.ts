import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { LoginLink, LoginLinkName } from '../core/access/login.ts'
import { createLoginThrottle } from '../core/access/login-throttle.ts'
import { createLoginChain, type LoginChain } from '../core/access/may-connect.ts'
import { createDeviceSecretLink } from '../credentials/device-secret-link.ts'
import { createJwtLink } from '../credentials/jwt-link.ts'
import { createPasswordLink } from '../credentials/password-link.ts'
import { createTicketLink } from '../credentials/ticket-link.ts'
import { COALESCE_LIMITS } from '../postgres/coalesce.ts'
import { createDeviceRegistration } from '../postgres/device-registration.ts'
import { createLoginFactsSource } from '../postgres/login-facts.ts'
import { createPasswordHashes } from '../postgres/password-hashes.ts'
import { createDatabase } from '../postgres/pool.ts'
import { createUserProvisioning } from '../postgres/user-provisioning.ts'

export interface LoginParts {
  /** For the questions that every login asks. */
  readonly questions: Pool
  /** For what few logins need: a password's hash, a new device, a new user. */
  readonly general: Pool
  readonly log: Logger
  readonly observeBatch: (size: number) => void
}

/** The login chain that the configuration asks for. */
export function composeLogins(config: Config, parts: LoginParts): LoginChain {
  const db = createDatabase(parts.general)
  return createLoginChain({
    links: config.logins.links.flatMap((name) => createLink(name, config, parts) ?? []),
    facts: createLoginFactsSource(parts.questions, COALESCE_LIMITS, parts.observeBatch),
    registration: createDeviceRegistration(db),
    provisioning: createUserProvisioning(db),
    settings: { strangers: config.access.strangers, devices: config.logins.devices },
  })
}

function createLink(
  name: LoginLinkName,
  { logins }: Config,
  { general, log }: LoginParts,
): LoginLink | undefined {
  const now = Date.now
  switch (name) {
    case 'secret':
      return createDeviceSecretLink(now)
    case 'jwt': {
      const onFault = (err: Error) => log.warn({ err }, 'JSON Web Key Set could not be fetched')
      return logins.jwt && createJwtLink({ settings: logins.jwt, now, onFault })
    }
    case 'ticket':
      return logins.ticket && createTicketLink({ secrets: logins.ticket.secrets, now })
    case 'password':
      return createPasswordLink({
        hashes: createPasswordHashes(createDatabase(general)),
        throttle: createLoginThrottle(logins.throttle, now),
        settings: logins.password,
        now,
      })
  }
}
