import { type Addresses, createAddresses } from './addresses.ts'
import { type Bans, createBans } from './bans.ts'
import { type Contacts, createContacts } from './contacts.ts'
import { createDevices, type Devices } from './devices.ts'
import type { DirectoryParts } from './directory-parts.ts'
import { createGroups, type Groups } from './groups.ts'
import { createMembers, type Members } from './members.ts'
import { createNotificationSettings, type NotificationSettings } from './notification-settings.ts'
import { createRequests, type Requests } from './requests.ts'
import { createRules, type Rules } from './rules.ts'
import { createUsers, type Users } from './users.ts'

/**
 * Who there is and what they may: the one way to change it.
 *
 * A broken rule is a `DomainError`, and then nothing has changed. To remove what is not there is one;
 * to set what is set already is not.
 */
export interface Directory {
  readonly users: Users
  readonly devices: Devices
  readonly groups: Groups
  readonly members: Members
  readonly bans: Bans
  readonly contacts: Contacts
  readonly requests: Requests
  readonly rules: Rules
  readonly addresses: Addresses
  readonly notifications: NotificationSettings
}

export function createDirectory(parts: DirectoryParts): Directory {
  return {
    users: createUsers(parts),
    devices: createDevices(parts),
    groups: createGroups(parts),
    members: createMembers(parts),
    bans: createBans(parts),
    contacts: createContacts(parts),
    requests: createRequests(parts),
    rules: createRules(parts),
    addresses: createAddresses(parts),
    notifications: createNotificationSettings(parts),
  }
}
