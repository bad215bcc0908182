import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createDoors } from '../../src/compose.ts'
import { runCli } from '../cli/cli-world.ts'
import { scratchFolder } from '../postgres/embedded/scratch-folder.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { databaseUrl } from '../support/serve-process.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createTestDatabase()
  await run('user add ann')
  await run('device add ann phone')
  await run('device add ann tablet --app com.acme.beta')
})
afterAll(() => database.drop())

/** A file in a folder of its own, as an option of a command. */
async function fileOf(providers: object): Promise<string> {
  const path = join(await scratchFolder(), 'providers.json')
  await writeFile(path, JSON.stringify(providers))
  return ` --providers-file ${path}`
}

function run(line: string) {
  return runCli(`${line} --database-url ${databaseUrl(database.address)}`, createDoors())
}

const TWO = { other: { kind: 'stub', apps: ['com.acme.beta'] } }
const ADD = '--channel push --provider stub'

describe('the commands', () => {
  it('give an address to the provider for the app of its device', async () => {
    const file = await fileOf(TWO)

    await run(`address add phone ${ADD} --token one${file}`)
    await run(`address add tablet ${ADD} --token reject-two${file}`)

    const { out } = await run(`address list ann --json`)
    const listed = out.trim().split('\n')
    expect(listed.map((line) => JSON.parse(line).provider)).toEqual(['stub', 'other'])
  })

  it('send a test to each address of a user, past the queue', async () => {
    const { code, out, err } = await run(`push test --uid ann${await fileOf(TWO)}`)

    expect(out).toMatch(
      /^address \d+, push by stub: accepted as [0-9a-f-]{36}; ref \d{8}-[0-9a-f]{32}-\d+\naddress \d+, push by other: rejected: BadMessage; ref \S+\n$/,
    )
    expect({ code, err }).toEqual({ code: 1, err: 'Not accepted: 1 of 2.\n' })
    const { rows } = await database.pool.query('select from deliveries')
    expect(rows).toEqual([])
  })

  it('print what a provider would be sent', async () => {
    const { code, out } = await run(
      `push test --uid ann --provider other --dry-run${await fileOf(TWO)}`,
    )

    const [sentence, target, empty, body = ''] = out.split('\n')
    expect([code, target, empty]).toEqual([0, 'stub:', ''])
    expect(sentence).toMatch(/^address \d+, push by other: would be sent:$/)
    expect(JSON.parse(body)).toMatchObject({
      address: { token: 'reject-two', uid: 'ann' },
      text: { title: 'Herald', body: 'This is a test.' },
    })
  })

  it('say that a provider is not configured any more, or that there is no such address', async () => {
    expect((await run('push test --uid ann --provider other')).out).toContain(
      'no such provider is configured',
    )
    expect((await run('push test --uid ann --provider owl')).err).toContain('ADDRESS_NOT_FOUND')
    expect((await run('push test --uid bob')).err).toContain('USER_NOT_FOUND')
  })

  it('list and check providers without a database', async () => {
    const nowhere = '--database-url postgres://nobody@127.0.0.1:1/none'
    const file = await fileOf(TWO)

    const listed = await runCli(`provider list ${nowhere}${file}`, createDoors())
    const checked = await runCli(`provider check other ${nowhere}${file}`, createDoors())

    expect(listed.out).toContain('other  stub')
    expect(checked).toMatchObject({
      code: 0,
      out: 'other: proven: accepts all, sends nothing\n',
    })
  })

  it('refuse a provider that can’t be opened, and one that is not there', async () => {
    const file = await fileOf({ broken: { kind: 'stub', file: '/nowhere/at/all' } })

    const checked = await runCli(`provider check broken${file}`, createDoors())
    const unknown = await runCli(`provider check owl${file}`, createDoors())

    expect(checked.code).toBe(1)
    expect(checked.out).toContain('broken: refused: ENOENT')
    expect(unknown.err).toBe('no provider "owl", only: stub, broken (PROVIDER_NOT_FOUND)\n')
  })

  it('name what is wrong with settings and providers in one list', async () => {
    const file = await fileOf({ owl: {}, stub: { colour: 'grey' } })

    const { code, err } = await runCli(`provider list --port x${file}`, createDoors())

    expect(code).toBe(1)
    expect(err.match(/^ {2}\S+/gm)).toHaveLength(3)
    expect(err).toContain('HERALD_PORT: ')
    expect(err).toContain('providers.json, owl.kind: is missing')
    expect(err).toContain('providers.json, stub.colour: is unknown; remove it')
  })
})
