import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { AdminTables } from './admin-tables.ts'
import type { NotificationTables } from './notification-tables.ts'
import type { RequestTables } from './request-tables.ts'

/** The schema as Kysely sees it, in camelCase. A test holds it against `information_schema`. */
export interface Database extends NotificationTables, AdminTables, RequestTables {
  users: UsersTable
  deletedUsers: DeletedUsersTable
  devices: DevicesTable
  deviceSecrets: DeviceSecretsTable
  userPasswords: UserPasswordsTable
  groups: GroupsTable
  memberships: MembershipsTable
  groupBans: GroupBansTable
  contacts: ContactsTable
  blocks: BlocksTable
  aclRules: AclRulesTable
  aclRulesVersion: AclRulesVersionTable
}

type CreatedAt = ColumnType<Date, Date | undefined, never>

interface UsersTable {
  id: string
  displayName: string | null
  contactPolicy: 'everyone' | 'contacts' | null
  disabledAt: Date | null
  createdAt: CreatedAt
}

interface DeletedUsersTable {
  id: string
  deletedAt: CreatedAt
  pseudonym: string | null
  eraseAt: Date | null
  releasedAt: Date | null
}

interface DevicesTable {
  id: string
  userId: string
  app: string | null
  platform: string | null
  selfRegistered: Generated<boolean>
  subscriptionProfile: Generated<'all' | 'direct' | 'none'>
  persistentSession: boolean | null
  revokedAt: Date | null
  createdAt: CreatedAt
}

interface DeviceSecretsTable {
  deviceId: string
  digest: string
  expiresAt: Date | null
  createdAt: CreatedAt
}

interface UserPasswordsTable {
  userId: string
  hash: string
  version: Generated<string>
  updatedAt: ColumnType<Date, Date | undefined, Date>
}

interface GroupsTable {
  id: string
  displayName: string | null
  invitePolicy: Generated<'members' | 'admins'>
  createdAt: CreatedAt
}

interface MembershipsTable {
  groupId: string
  userId: string
  role: Generated<'owner' | 'admin' | 'member'>
  silencedUntil: Date | null
  joinedAt: CreatedAt
}

interface GroupBansTable {
  groupId: string
  userId: string
  createdAt: CreatedAt
}

interface ContactsTable {
  userId: string
  contactId: string
  createdAt: CreatedAt
}

interface BlocksTable {
  userId: string
  blockedId: string
  createdAt: CreatedAt
}

interface AclRulesTable {
  id: GeneratedAlways<string>
  effect: 'allow' | 'deny'
  action: 'publish' | 'subscribe' | 'all'
  filter: string
  userId: string | null
  groupId: string | null
  createdAt: CreatedAt
}

interface AclRulesVersionTable {
  onlyRow: Generated<boolean>
  version: string
}
