import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Directory } from '../../../src/core/directory/directory.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../../support/directory-world.ts'
import { overlap } from '../../support/overlap.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann', 'bob', 'cas')
  await world.directory.groups.add({ gid: 'g', owner: 'ann' })
})
afterAll(() => world.close())

const addBoth = ({ members }: Directory) =>
  members.addMany('g', [
    { uid: 'bob', role: 'owner' },
    { uid: 'cas', role: 'member' },
  ])

async function uids(): Promise<readonly string[]> {
  return (await world.directory.members.list('g')).items.map(({ uid }) => uid)
}

describe('many who join', () => {
  it('are none of them who is just being banned', async () => {
    const [, added] = await overlap(world, ({ bans }) => bans.add('g', 'bob'), addBoth)

    expect(added).toMatchObject({
      answered: { added: [{ uid: 'cas' }], refused: [{ uid: 'bob', code: 'MEMBER_BANNED' }] },
    })
    expect(await uids()).toEqual(['ann', 'cas'])
  })

  it('are none of them who is just being removed', async () => {
    const [, added] = await overlap(world, ({ users }) => users.remove('bob'), addBoth)

    expect(added).toMatchObject({
      answered: { added: [{ uid: 'cas' }], refused: [{ uid: 'bob', code: 'USER_NOT_FOUND' }] },
    })
    expect(await uids()).toEqual(['ann', 'cas'])
  })

  it('join nothing that is just being dissolved', async () => {
    const [, added] = await overlap(world, ({ groups }) => groups.remove('g'), addBoth)

    expect(added).toBe('GROUP_NOT_FOUND gid')
  })
})

describe('many who leave', () => {
  it('are not both owners, in two batches at once', async () => {
    await addBoth(world.directory)

    const [, second] = await overlap(
      world,
      ({ members }) => members.removeMany('g', ['ann']),
      ({ members }) => members.removeMany('g', ['bob', 'cas']),
    )

    expect(second).toMatchObject({
      answered: { removed: ['cas'], refused: [{ uid: 'bob', code: 'LAST_OWNER' }] },
    })
    expect(await uids()).toEqual(['bob'])
  })
})
