import type { AddressStore } from './address-store.ts'
import type { ApiKeyStore, AuditStore, IdempotencyStore } from './admin-stores.ts'
import type { BlockStore, ContactStore } from './contact-stores.ts'
import type { DeadDeliveryStore } from './dead-deliveries.ts'
import type { CircuitStore } from './delivery-ports.ts'
import type { DeviceSecretStore, DeviceStore } from './device-stores.ts'
import type { BanStore, GroupStore, MembershipStore } from './group-stores.ts'
import type { ImportStore } from './import-store.ts'
import type { PreferenceStore } from './preference-store.ts'
import type { AnnouncementStore, RequestStore } from './request-stores.ts'
import type { RuleStore } from './rule-store.ts'
import type { DeletedUserStore, PasswordStore, UserStore } from './user-stores.ts'

/** The tables, all on one transaction. */
export interface Stores {
  readonly users: UserStore
  readonly deletedUsers: DeletedUserStore
  readonly passwords: PasswordStore
  readonly devices: DeviceStore
  readonly deviceSecrets: DeviceSecretStore
  readonly groups: GroupStore
  readonly memberships: MembershipStore
  readonly bans: BanStore
  readonly contacts: ContactStore
  readonly blocks: BlockStore
  readonly requests: RequestStore
  readonly announcements: AnnouncementStore
  readonly rules: RuleStore
  readonly addresses: AddressStore
  readonly preferences: PreferenceStore
  readonly deadDeliveries: DeadDeliveryStore
  readonly circuits: Pick<CircuitStore, 'find' | 'hurry'>
  readonly imports: Pick<ImportStore, 'find' | 'remove'>
  readonly apiKeys: ApiKeyStore
  readonly audit: AuditStore
  readonly idempotency: IdempotencyStore
}

/**
 * Runs work in one transaction: all of it is written, or, where it throws, nothing.
 *
 * Work may be run again after a deadlock, so it does nothing but ask and write. Who takes several
 * locks takes those of users before those of groups, each in the order of their ids.
 */
export interface UnitOfWork {
  run<Result>(work: (stores: Stores) => Promise<Result>): Promise<Result>
}
