import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeDirectory } from '../../src/compose/directory.ts'
import { loadSetup } from '../../src/compose/setup.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type RunningHerald, startHerald } from '../support/herald.ts'
import { asDevice } from '../support/own-calls.ts'

let database: TestDatabase
let herald: RunningHerald

beforeAll(async () => {
  database = await createTestDatabase()
  herald = await startHerald(database.address, { HERALD_API_DEVICE_RATE_LIMIT: '3' })
  const { config } = loadSetup(() => ({ flags: {}, env: {}, envFile: {} }))
  const { users, devices } = composeDirectory(database.db, config, () => [])
  await users.add({ uid: 'ann', password: 'correct horse' })
  for (const clientId of ['ann-phone', 'ann-tablet']) await devices.add({ clientId, uid: 'ann' })
})

afterAll(async () => {
  await herald.close()
  await database.drop()
})

async function readMe(clientId: string, password: string): Promise<number> {
  const { headers } = asDevice(clientId, password)
  return (await fetch(`${herald.url}/v1/me`, { headers: { ...headers } })).status
}

async function logIn(password: string): Promise<unknown> {
  const body = JSON.stringify({
    clientid: 'ann-phone',
    username: 'ann',
    password,
    peerhost: '127.0.0.1',
  })
  const headers = { 'content-type': 'application/json' }
  return (await fetch(`${herald.url}/emqx/5/connect`, { method: 'POST', headers, body })).json()
}

describe('an app', () => {
  it('may make so many requests in a minute, each device for itself', async () => {
    const phone = []
    for (let n = 0; n < 4; n++) phone.push(await readMe('ann-phone', 'correct horse'))

    expect(phone).toEqual([200, 200, 200, 429])
    expect(await readMe('ann-tablet', 'correct horse')).toBe(200)
  })

  it('is slowed down for what was guessed at the broker', async () => {
    for (let n = 0; n < 5; n++) await logIn(`wrong horse ${n}`)

    expect(await readMe('ann-tablet', 'correct horse')).toBe(429)
  })
})
