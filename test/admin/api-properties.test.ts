import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { requestsOf } from '../support/api-arbitraries.ts'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { operationsOf } from '../support/openapi.ts'
import { sized } from '../support/size.ts'
import { furnish } from './operation-table.ts'

const REQUESTS = sized(1_500, 50_000)
const SEED = 20_261_125

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld({ HERALD_API_RATE_LIMIT: '1000000' })
  await furnish(world)
})

afterAll(() => world.close())

// What is answered is held against the document by the world itself.
it('the API answers whatever it is asked as its document says, and never with a fault', async () => {
  const operations = operationsOf(world.document).filter(({ path }) => path.startsWith('/v1/'))
  const each = Math.ceil(REQUESTS / operations.length)
  const faults: string[] = []
  const statuses = new Set<number>()
  for (const operation of operations) {
    const requests = requestsOf(world.document, operation)
    for (const { target, body } of fc.sample(requests, { numRuns: each, seed: SEED })) {
      const { status } = await world.call(target, body)
      statuses.add(status)
      if (status >= 500) faults.push(`${status}: ${target} ${JSON.stringify(body)}`)
    }
  }

  expect(faults).toEqual([])
  // Right requests are among them, or nothing would be shown.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 204, 400, 404]))
})
