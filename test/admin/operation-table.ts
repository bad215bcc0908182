import type { ApiWorld } from '../support/api-world.ts'
import type { OperationTable } from './operation-row.ts'
import { OPERATIONS_OPERATIONS } from './operations/operations.ts'
import { USER_OPERATIONS } from './operations/users.ts'
import { furnishOperations } from './operations-furniture.ts'

/** Every operation of the API, by its id. One that has no row fails `permissions.test.ts`. */
export const OPERATIONS: OperationTable = {
  ...USER_OPERATIONS,
  ...OPERATIONS_OPERATIONS,
}

/** What the rows of the table speak of. */
export async function furnish(world: ApiWorld): Promise<void> {
  const { directory } = world
  for (const uid of ['ann', 'bob', 'cleo']) await directory.users.add({ uid })
  await directory.groups.add({ gid: 'hikers', owner: 'cleo', members: ['ann'] })
  await furnishOperations(world)
}
