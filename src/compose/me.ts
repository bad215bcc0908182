import { randomBytes } from 'node:crypto'
import type { MeRoutesOptions } from '../admin/me/me-routes.ts'
import type { Config } from '../config/config.ts'
import { createApiLogin } from '../core/access/api-login.ts'
import type { LoginChain } from '../core/access/may-connect.ts'
import type { Doorbells } from '../core/ports/sql.ts'
import { looksLikeToken } from '../credentials/credential-form.ts'
import { createSubjectReader } from '../credentials/token-subject.ts'
import { createDeviceOwners } from '../postgres/device-owners.ts'
import { createOwnReader } from '../postgres/own-reader.ts'
import { createPresenceReader } from '../postgres/presence-store.ts'
import { createReadMarker } from '../postgres/read-marker.ts'
import { createReceiptStore } from '../postgres/receipt-store.ts'
import type { Pools } from './pools.ts'

export interface MeComposition {
  readonly pools: Pools
  readonly bells: Doorbells
  readonly logins: LoginChain
}

/** What apps call for their own user. */
export function composeMe(
  { logins: { jwt }, api }: Config,
  { pools, bells, logins }: MeComposition,
): MeRoutesOptions {
  const pool = pools.general
  return {
    login: createApiLogin({
      logins,
      subjectOf: createSubjectReader(jwt),
      owners: createDeviceOwners(pool),
    }),
    sealOf: createSealer(),
    own: createOwnReader(pool),
    presence: createPresenceReader(pool),
    marker: createReadMarker(pool, bells),
    receipts: createReceiptStore(pool),
    requestsPerMinuteMax: api.deviceRequestsPerMinuteMax,
    ownChannels: api.ownChannels,
    now: Date.now,
  }
}

/**
 * A password can be guessed, and what it has sealed would tell a thief of the database a guess that is
 * right far sooner than argon2; beside it goes what only this process knows.
 */
function createSealer(): (credential: string) => string {
  const ofThisProcess = randomBytes(32).toString('base64')
  return (credential) =>
    looksLikeToken(credential) ? credential : `${ofThisProcess} ${credential}`
}
