import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { KEY_ROLES, type KeyRole } from '../../src/core/admin/scopes.ts'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { operationsOf } from '../support/openapi.ts'
import { isAllowed, type OperationRow } from './operation-row.ts'
import { furnish, OPERATIONS } from './operation-table.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
  await furnish(world)
})

afterAll(() => world.close())

/** All that an API key opens; `/v1/me` has a table of its own. */
function keyOperations() {
  return operationsOf(world.document).filter(({ path }) => !/^\/v1\/me(\/|$)/.test(path))
}

async function statusFor(method: string, row: OperationRow, key: string | null): Promise<number> {
  const { status } = await world.call(`${method} ${row.url}`, row.body, { key })
  return status
}

describe('every operation', () => {
  it('has a row in the table, and every row an operation', () => {
    const ids = keyOperations().map(({ operationId }) => operationId)

    expect([...ids].sort()).toEqual(Object.keys(OPERATIONS).sort())
  })

  it('is closed to whoever has no key, or one that is not good', async () => {
    const open = []
    for (const { operationId, method } of keyOperations()) {
      const row = OPERATIONS[operationId]
      if (row === undefined) continue
      for (const key of [null, 'hk_000000000000_', `hk_000000000000_${'A'.repeat(43)}`, 'x']) {
        const status = await statusFor(method, row, key)
        if (status !== 401) open.push(`${operationId} answered ${status} to ${key}`)
      }
    }

    expect(open).toEqual([])
  })

  it('is closed to every role that the table does not name', async () => {
    const open = []
    for (const { operationId, method } of keyOperations()) {
      const row = OPERATIONS[operationId]
      if (row === undefined) continue
      for (const role of KEY_ROLES.filter((one) => !isAllowed(row, one))) {
        const status = await statusFor(method, row, world.keys[role])
        // 403 to those who may see it, 404 to all others.
        if (status !== 403 && status !== 404) open.push(`${operationId} to ${role}: ${status}`)
      }
    }

    expect(open).toEqual([])
  })

  it.each(KEY_ROLES)('lets %s do what the table says', async (role: KeyRole) => {
    const own = await openApiWorld()
    await furnish(own)
    const wrong = []
    for (const { operationId, method } of keyOperations()) {
      const row = OPERATIONS[operationId]
      if (row === undefined || !isAllowed(row, role)) continue
      const { status, body } = await own.call(`${method} ${row.url}`, row.body, {
        key: own.keys[role],
      })
      if (status !== row.status) wrong.push(`${operationId}: ${status} ${JSON.stringify(body)}`)
    }
    await own.close()

    expect(wrong).toEqual([])
  })
})
