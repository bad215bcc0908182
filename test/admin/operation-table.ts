import type { ApiWorld } from '../support/api-world.ts'
import type { OperationTable } from './operation-row.ts'
import { BULK_OPERATIONS } from './operations/bulk.ts'
import { USER_OPERATIONS } from './operations/users.ts'

/** Every operation of the API, by its id. One that has no row fails `permissions.test.ts`. */
export const OPERATIONS: OperationTable = {
  ...USER_OPERATIONS,
  ...BULK_OPERATIONS,
}

/** What the rows of the table speak of. */
export async function furnish({ directory, pool }: ApiWorld): Promise<void> {
  for (const uid of ['ann', 'bob', 'cleo']) await directory.users.add({ uid })
  await directory.groups.add({ gid: 'hikers', owner: 'cleo', members: ['ann'] })
  await pool.query(`insert into imports (name) values ('earlier'), ('later')`)
}
