import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { composeApiKeys } from '../../src/compose/api-keys.ts'
import type { ApiKeys } from '../../src/core/admin/api-keys.ts'
import { apiKeyId, digestOfApiKey } from '../../src/credentials/api-key.ts'
import { readKeyProof } from '../../src/postgres/key-proof.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { type CliResult, runCli } from './cli-world.ts'
import { runProcess, timeless } from './directory-doors.ts'

const DAY_MS = 86_400_000

let database: TestDatabase
let keys: ApiKeys

beforeAll(async () => {
  database = await createTestDatabase()
  keys = composeApiKeys(database.db)
})
beforeEach(() => database.pool.query('delete from api_keys'))
afterAll(() => database.drop())

const run = (line: string): Promise<CliResult> =>
  runCli(line, { withApiKeys: (_, work) => work(keys) })

/** What the key that was printed proves. */
async function proofOf(out: string) {
  const secret = out.trim()
  const proof = await readKeyProof(database.pool, apiKeyId(secret) ?? '', new Date())
  const isIts = proof?.digest.equals(digestOfApiKey(secret)) === true
  return isIts ? { role: proof?.role, scopes: proof?.scopes } : undefined
}

async function only() {
  const { items } = await keys.list()
  expect(items).toHaveLength(1)
  return items[0]
}

describe('herald key create', () => {
  it('prints a key, this once, and nothing else', async () => {
    const { code, out, err } = await run('key create ops operator')

    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out).toMatch(/^hk_[0-9a-z]{12}_[\w-]{43}\n$/)
    expect(await proofOf(out)).toEqual({ role: 'operator', scopes: undefined })
  })

  it('makes the first key as a process, on a database', async () => {
    const { code, out } = await runProcess(database.address, 'key create first admin', '')

    expect(code).toBe(0)
    expect(await proofOf(out)).toMatchObject({ role: 'admin' })
  })

  it('narrows it, and has it end', async () => {
    const { out } = await run(
      'key create app app-server --scopes users:read,groups:write --expires-in 90d',
    )
    const lasts = ((await only())?.expiresAt?.getTime() ?? 0) - Date.now()

    expect(await proofOf(out)).toMatchObject({ scopes: ['users:read', 'groups:write'] })
    expect(lasts).toBeGreaterThan(89 * DAY_MS)
    expect(lasts).toBeLessThanOrEqual(90 * DAY_MS)
  })

  it.each([
    ['key create ops king', 'Allowed choices are admin, operator, support, app-server'],
    ['key create ops admin --scopes users:eat', 'There is no scope "users:eat"'],
    ['key create ops', "missing required argument 'role'"],
  ])('refuses: %s', async (line, words) => {
    const { code, out, err } = await run(line)

    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain(words)
    expect((await keys.list()).items).toEqual([])
  })

  it('prints all of it for machines', async () => {
    const { out } = await run('key create ops admin --json')
    const { key, ...shown } = JSON.parse(out)

    expect(await proofOf(key)).toMatchObject({ role: 'admin' })
    expect(shown).toMatchObject({ name: 'ops', role: 'admin' })
  })
})

describe('herald key list', () => {
  it('shows keys without their secrets', async () => {
    const { out } = await run('key create ops admin --scopes users:read')
    const secret = out.trim().slice('hk_000000000000_'.length)

    const table = await run('key list')
    const json = await run('key list --json')

    expect(timeless(table.out).replace(/^[0-9a-z]{12}/m, 'ID')).toContain(
      'ID  ops   admin  users:read  -        -          -',
    )
    expect(table.out + json.out).not.toContain(secret)
    expect(JSON.parse(json.out)).toMatchObject({ name: 'ops', scopes: ['users:read'] })
  })
})

describe('herald key rotate', () => {
  it('prints a new key of the same rights, and leaves the old one a day', async () => {
    const old = await keys.add({ name: 'ops', role: 'support' })
    const { out } = await run(`key rotate ${old.key.id}`)
    const { expiresAt, replacedBy } = await keys.show(old.key.id)

    expect(await proofOf(out)).toMatchObject({ role: 'support' })
    expect(await proofOf(old.secret)).toMatchObject({ role: 'support' })
    expect(out).toContain(`hk_${replacedBy}_`)
    expect(Math.abs((expiresAt?.getTime() ?? 0) - Date.now() - DAY_MS)).toBeLessThan(60_000)
  })

  it('leaves it as long as is said', async () => {
    const old = await keys.add({ name: 'ops', role: 'support' })
    await run(`key rotate ${old.key.id} --overlap 1h`)
    const { expiresAt } = await keys.show(old.key.id)

    expect(expiresAt?.getTime()).toBeLessThanOrEqual(Date.now() + DAY_MS / 24)
  })

  it('says which key there is not', async () => {
    const { code, err } = await run('key rotate nothing')

    expect({ code, err }).toEqual({ code: 1, err: 'no API key "nothing" (KEY_NOT_FOUND)\n' })
  })
})

describe('herald key remove', () => {
  it('ends a key now', async () => {
    const { key, secret } = await keys.add({ name: 'ops', role: 'admin' })
    const { out } = await run(`key remove ${key.id}`)
    const again = await run(`key remove ${key.id}`)

    expect(out).toBe(`removed key ${key.id}\n`)
    expect(await proofOf(secret)).toBeUndefined()
    expect(again.err).toContain('KEY_NOT_FOUND')
  })
})
