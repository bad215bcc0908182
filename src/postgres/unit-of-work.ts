import type { Kysely } from 'kysely'
import { DatabaseError } from 'pg'
import type { Stores, UnitOfWork } from '../core/ports/unit-of-work.ts'
import { createAddressStore } from './address-store.ts'
import { createAnnouncementStore } from './announcement-store.ts'
import { createApiKeyStore } from './api-key-store.ts'
import { createAuditStore } from './audit-store.ts'
import { createBanStore } from './ban-store.ts'
import { createBlockStore } from './block-store.ts'
import { createCircuitLatch } from './circuit-latch.ts'
import { createContactStore } from './contact-store.ts'
import { createDeadDeliveryStore } from './dead-delivery-store.ts'
import { createDeletedUserStore } from './deleted-user-store.ts'
import { createDeviceSecretStore } from './device-secret-store.ts'
import { createDeviceStore } from './device-store.ts'
import { createGroupStore } from './group-store.ts'
import { createIdempotencyStore } from './idempotency-store.ts'
import { createImportStore } from './import-store.ts'
import { createMembershipStore } from './membership-store.ts'
import { createPasswordStore } from './password-store.ts'
import { createPreferenceStore } from './preference-store.ts'
import { createRequestStore } from './request-store.ts'
import { createRuleStore } from './rule-store.ts'
import { runOnTransaction } from './run-sql.ts'
import type { Database } from './tables.ts'
import { createUserStore } from './user-store.ts'

const ATTEMPTS_MAX = 5

/**
 * Stores on one transaction at a time. Two removals of users who know each other can lock each
 * other's rows crosswise; Postgres ends one of them, and it is run again.
 */
export function createUnitOfWork(db: Kysely<Database>): UnitOfWork {
  return {
    async run(work) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await db.transaction().execute((trx) => work(storesOn(trx)))
        } catch (error) {
          if (attempt === ATTEMPTS_MAX || !isCrossing(error)) throw error
        }
      }
    },
  }
}

function storesOn(db: Kysely<Database>): Stores {
  return {
    users: createUserStore(db),
    deletedUsers: createDeletedUserStore(db),
    passwords: createPasswordStore(db),
    devices: createDeviceStore(db),
    deviceSecrets: createDeviceSecretStore(db),
    groups: createGroupStore(db),
    memberships: createMembershipStore(db),
    bans: createBanStore(db),
    contacts: createContactStore(db),
    blocks: createBlockStore(db),
    requests: createRequestStore(db),
    announcements: createAnnouncementStore(db),
    rules: createRuleStore(db),
    addresses: createAddressStore(db),
    preferences: createPreferenceStore(db),
    deadDeliveries: createDeadDeliveryStore(runOnTransaction(db)),
    circuits: createCircuitLatch(db),
    imports: createImportStore(db),
    apiKeys: createApiKeyStore(db),
    audit: createAuditStore(db),
    idempotency: createIdempotencyStore(db),
  }
}

/** deadlock_detected, or serialization_failure where a distributed Postgres says so instead. */
function isCrossing(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === '40P01' || error.code === '40001')
}
