import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Directory } from '../../../src/core/directory/directory.ts'
import {
  type DirectoryWorld,
  openDirectoryWorld,
  refusalOf,
} from '../../support/directory-world.ts'

let world: DirectoryWorld
let directory: Directory

beforeAll(async () => {
  world = await openDirectoryWorld()
  directory = world.directory
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann')
  await directory.groups.add({ gid: 'g', owner: 'ann' })
})
afterAll(() => world.close())

const EVERYONE = { kind: 'everyone' } as const
const ALLOW = { effect: 'allow', action: 'all', scope: EVERYONE } as const

describe('adding a rule', () => {
  it.each([
    { effect: 'allow', action: 'publish', filter: 'iot/${uid}/up', scope: EVERYONE },
    { effect: 'deny', action: 'subscribe', filter: 'iot/#', scope: { kind: 'user', uid: 'ann' } },
    { effect: 'allow', action: 'all', filter: '+/x', scope: { kind: 'group', gid: 'g' } },
  ] as const)('keeps $effect $action $filter', async (rule) => {
    const added = await directory.rules.add(rule)

    expect(added).toEqual({ id: expect.any(String), createdAt: expect.any(Date), ...rule })
    expect((await directory.rules.list()).items).toEqual([added])
  })

  it.each([
    '#',
    '+',
    '/',
    'a//b',
    'a b/ü/+',
    '${uid}/#',
    '${clientid}',
    'a/x-${uid}-${clientid}/+',
    'costs/$5',
    'a/{uid}',
  ])('accepts the filter %j', async (filter) => {
    expect(await directory.rules.add({ ...ALLOW, filter })).toMatchObject({ filter })
  })

  it.each([
    '',
    'a/#/b',
    'a#',
    'a/b+',
    '+${uid}',
    '$SYS/#',
    '$share/g/a',
    '$${uid}/a',
    'a/${username}',
    'a/${uid',
    'a/${UID}',
    'a/${u${uid}id}',
    'a\u0000b',
    'a\ud800',
  ])('refuses the filter %j', async (filter) => {
    expect(await refusalOf(directory.rules.add({ ...ALLOW, filter }))).toBe('INVALID_FILTER filter')
  })

  it('accepts a filter of 1024 bytes and no longer one', async () => {
    const longest = 'é'.repeat(512)

    expect(await directory.rules.add({ ...ALLOW, filter: longest })).toMatchObject(ALLOW)
    const adding = directory.rules.add({ ...ALLOW, filter: `${longest}e` })
    expect(await refusalOf(adding)).toBe('INVALID_FILTER filter')
  })

  it.each([
    [{ kind: 'user', uid: 'nobody' }, 'USER_NOT_FOUND uid'],
    [{ kind: 'group', gid: 'nowhere' }, 'GROUP_NOT_FOUND gid'],
    [{ kind: 'user', uid: '+' }, 'INVALID_IDENTIFIER uid'],
    [{ kind: 'group', gid: '#' }, 'INVALID_IDENTIFIER gid'],
  ] as const)('refuses the scope %j', async (scope, refusal) => {
    expect(await refusalOf(directory.rules.add({ ...ALLOW, filter: 'a', scope }))).toBe(refusal)
  })

  it('is noticed by those who keep rules compiled', async () => {
    const before = await version()

    const { id } = await directory.rules.add({ ...ALLOW, filter: 'a' })
    const between = await version()
    await directory.rules.remove(id)

    expect(between).toBeGreaterThan(before)
    expect(await version()).toBeGreaterThan(between)
  })

  async function version(): Promise<number> {
    const row = await world.db
      .selectFrom('aclRulesVersion')
      .select('version')
      .executeTakeFirstOrThrow()
    return Number(row.version)
  }
})

describe('listing rules', () => {
  it('goes page by page, in the order in which they were made', async () => {
    // More than nine of them, so that numbers and texts sort differently.
    for (let made = 0; made < 11; made++) await directory.rules.add({ ...ALLOW, filter: `${made}` })

    const filters: string[] = []
    let after: string | undefined
    do {
      const page = await directory.rules.list({ limit: 4, after })
      filters.push(...page.items.map(({ filter }) => filter))
      after = page.next
    } while (after !== undefined)

    expect(filters).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10'])
  })

  it.each(['x', '-1', '1e3', '9'.repeat(19)])('refuses to begin after %j', async (after) => {
    expect(await refusalOf(directory.rules.list({ after }))).toBe('INVALID_PAGE after')
  })
})

describe('removing a rule', () => {
  it('removes that one alone', async () => {
    const { id } = await directory.rules.add({ ...ALLOW, filter: 'a' })
    const other = await directory.rules.add({ ...ALLOW, filter: 'a' })

    await directory.rules.remove(id)

    expect((await directory.rules.list()).items).toEqual([other])
    expect(await refusalOf(directory.rules.remove(id))).toBe('RULE_NOT_FOUND id')
  })

  it.each(['', 'x', '0', '-1', '1.5', '9'.repeat(30), '1\u0000'])(
    'knows no rule %j',
    async (id) => {
      expect(await refusalOf(directory.rules.remove(id))).toBe('RULE_NOT_FOUND id')
    },
  )
})
