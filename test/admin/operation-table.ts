import type { Directory } from '../../src/core/directory/directory.ts'
import type { ApiWorld } from '../support/api-world.ts'
import type { OperationTable } from './operation-row.ts'
import { BULK_OPERATIONS } from './operations/bulk.ts'
import { CONTACT_OPERATIONS } from './operations/contacts.ts'
import { GROUP_OPERATIONS } from './operations/groups.ts'
import { OPERATIONS_OPERATIONS } from './operations/operations.ts'
import { PEOPLE_OPERATIONS } from './operations/people.ts'
import { REQUEST_OPERATIONS } from './operations/requests.ts'
import { USER_OPERATIONS } from './operations/users.ts'
import { furnishOperations } from './operations-furniture.ts'

/** Every operation of the API, by its id. One that has no row fails `permissions.test.ts`. */
export const OPERATIONS: OperationTable = {
  ...USER_OPERATIONS,
  ...PEOPLE_OPERATIONS,
  ...GROUP_OPERATIONS,
  ...CONTACT_OPERATIONS,
  ...REQUEST_OPERATIONS,
  ...OPERATIONS_OPERATIONS,
  ...BULK_OPERATIONS,
}

/** What the rows of the table speak of. */
export async function furnish(world: ApiWorld): Promise<void> {
  const { directory, pool } = world
  for (const uid of ['ann', 'bob', 'cleo', 'dora']) await directory.users.add({ uid })
  await directory.groups.add({ gid: 'hikers', owner: 'cleo', members: ['ann'] })
  await directory.groups.add({ gid: 'crew', owner: 'cleo' })
  await pool.query(
    `insert into requests (kind, from_uid, to_uid, created_at, asked_at, expires_at)
     select 'friend-request', uid, 'ann', now(), now(), now() + interval '1 day'
     from unnest('{cleo,dora}'::text[]) uid`,
  )
  await pool.query(`insert into imports (name) values ('earlier'), ('later')`)
  await furnishPeople(directory)
  await furnishOperations(world)
}

async function furnishPeople({ users, devices, addresses, notifications }: Directory) {
  for (const clientId of ['ann-phone', 'ann-tablet']) await devices.add({ clientId, uid: 'ann' })
  await addresses.add({
    channel: 'push',
    clientId: 'ann-phone',
    provider: 'stub',
    token: 'token of ann-phone',
  })
  await notifications.setConversation('ann', 'user/cleo', { notify: 'none' })
  await users.add({ uid: 'gone' })
  await users.remove('gone')
}
