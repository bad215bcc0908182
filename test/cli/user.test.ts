import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { verifyPassword } from '../../src/credentials/password-hash.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { runCli } from './cli-world.ts'
import { jsonOn, runOn, runProcess, timeless } from './directory-doors.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(() => world.clear())
afterAll(() => world.close())

describe('herald user add', () => {
  it('adds a user with all that is given', async () => {
    const line = 'user add ann --name Ann --contacts-only --password correct-horse'

    const { code, out, err } = await runOn(world, line)

    expect({ code, out, err }).toEqual({ code: 0, out: 'added user ann\n', err: '' })
    expect(await world.directory.users.show('ann')).toMatchObject({
      displayName: 'Ann',
      contactPolicy: 'contacts',
      hasPassword: true,
    })
  })

  it('reads the password from standard input', async () => {
    const line = 'user add ann --password-stdin'

    const { code, out } = await runProcess(world.address, line, 'correct horse\n')

    expect({ code, out }).toEqual({ code: 0, out: 'added user ann\n' })
    expect(await verifyPassword((await hashOf('ann')) ?? '', 'correct horse')).toBe(true)
  })

  it('takes one password', async () => {
    const { code, err } = await runOn(world, 'user add ann --password abc --password-stdin')

    expect(code).toBe(1)
    expect(err).toContain('cannot be used with')
  })

  it('says what is wrong, with its code', async () => {
    await world.addUsers('ann')

    const taken = await runOn(world, 'user add ann')
    const odd = await runOn(world, 'user add a/b')

    expect(taken).toEqual({
      code: 1,
      out: '',
      err: 'there is a user "ann" already (USER_EXISTS)\n',
    })
    expect(odd.err).toContain('uid must not contain "+"')
  })

  it('opens the directory that the settings name', async () => {
    const given: unknown[] = []

    await runCli('user add ann --database-url postgres://db', {
      withDirectory: (flags, work) => {
        given.push(flags)
        return work(world.directory)
      },
    })

    expect(given).toEqual([{ DATABASE_URL: 'postgres://db' }])
  })
})

describe('herald user list', () => {
  it('prints a table', async () => {
    await runOn(world, 'user add ann --name Ann --contacts-only')
    await runOn(world, 'user add longer-uid --password correct-horse')
    await runOn(world, 'user disable ann')

    const { out } = await runOn(world, 'user list')

    expect(
      timeless(out),
    ).toBe(`UID         NAME  INBOX     PASSWORD  DISABLED                  CREATED
ann         Ann   contacts  no        TIME  TIME
longer-uid  -     default   yes       -                         TIME
`)
  })

  it('prints an object a line for machines', async () => {
    await world.addUsers('ann', 'bob')

    expect(await jsonOn(world, 'user list')).toMatchObject([
      { uid: 'ann', hasPassword: false, createdAt: expect.stringMatching(/Z$/) },
      { uid: 'bob' },
    ])
  })

  it('prints all pages, under one row of titles', async () => {
    await world.pool.query(
      `insert into users (id) select 'u' || to_char(n, 'fm0000') from generate_series(1, 1001) n`,
    )

    const { out } = await runOn(world, 'user list')

    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(1002)
    expect(lines.at(-1)).toMatch(/^u1001/)
    expect(lines.filter((line) => line.startsWith('UID'))).toHaveLength(1)
  })
})

describe('herald user show, remove, release', () => {
  it('shows one user', async () => {
    await world.addUsers('ann', 'bob')

    expect(await jsonOn(world, 'user show bob')).toMatchObject([{ uid: 'bob' }])
  })

  it('removes and releases', async () => {
    await world.addUsers('ann')

    expect((await runOn(world, 'user remove ann')).out).toBe('removed user ann\n')
    expect((await runOn(world, 'user add ann')).err).toContain('(USER_DELETED)')
    expect((await runOn(world, 'user release ann')).out).toBe('released ann\n')
    expect((await runOn(world, 'user add ann')).code).toBe(0)
  })
})

describe('herald user disable, enable, policy', () => {
  it('changes the user', async () => {
    await world.addUsers('ann')

    const lines = ['user disable ann', 'user enable ann', 'user policy ann contacts']
    const printed: string[] = []
    for (const line of lines) printed.push((await runOn(world, line)).out)

    expect(printed).toEqual([
      'disabled user ann\n',
      'enabled user ann\n',
      'set the inbox of user ann to contacts\n',
    ])
    expect(await world.directory.users.show('ann')).toMatchObject({ contactPolicy: 'contacts' })
    await runOn(world, 'user policy ann default')
    expect(await world.directory.users.show('ann')).toMatchObject({ contactPolicy: undefined })
  })

  it('knows the policies that there are', async () => {
    const { code, err } = await runOn(world, 'user policy ann nobody')

    expect(code).toBe(1)
    expect(err).toContain('Allowed choices are everyone, contacts, default')
  })
})

describe('herald user password', () => {
  it('sets and removes it', async () => {
    await world.addUsers('ann')

    const set = await runOn(world, 'user password ann --password correct-horse')
    expect(set.out).toBe('set the password of user ann\n')
    expect(await hashOf('ann')).toBe('hash of correct-horse')

    const removed = await runOn(world, 'user password ann --remove')
    expect(removed.out).toBe('removed the password of user ann\n')
    expect(await hashOf('ann')).toBeUndefined()
  })

  it.each(['', '--remove --password correct-horse'])('refuses "%s"', async (options) => {
    const { code, err } = await runOn(world, `user password ann ${options}`)

    expect(code).toBe(1)
    expect(err).toContain('give one of --password, --password-stdin and --remove')
  })
})

describe('herald user ticket', () => {
  it('prints the ticket alone', async () => {
    await world.addUsers('ann')

    const { out } = await runOn(world, 'user ticket ann --client phone --ttl 90s')

    const claims: unknown = JSON.parse(out)
    expect(claims).toMatchObject({ uid: 'ann', clientId: 'phone' })
  })

  it('refuses a time that is none', async () => {
    const { code, err } = await runOn(world, 'user ticket ann --ttl soon')

    expect(code).toBe(1)
    expect(err).toContain('Write a number and a unit')
  })
})

async function hashOf(uid: string): Promise<string | undefined> {
  const row = await world.db
    .selectFrom('userPasswords')
    .select('hash')
    .where('userId', '=', uid)
    .executeTakeFirst()
  return row?.hash
}
