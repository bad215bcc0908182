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
  await world.addUsers('ann', 'bob', 'cas')
})
afterAll(() => world.close())

describe('contacts', () => {
  it('know each other, unless it is one way', async () => {
    await directory.contacts.add('ann', 'bob', 'both-ways')
    await directory.contacts.add('ann', 'cas', 'one-way')

    expect(await contactsOf('ann')).toEqual(['bob', 'cas'])
    expect(await contactsOf('bob')).toEqual(['ann'])
    expect(await contactsOf('cas')).toEqual([])
  })

  it('can be added again, and completed', async () => {
    await directory.contacts.add('ann', 'bob', 'one-way')
    const [first] = (await directory.contacts.list('ann')).items

    await directory.contacts.add('ann', 'bob', 'both-ways')

    expect((await directory.contacts.list('ann')).items).toEqual([first])
    expect(await contactsOf('bob')).toEqual(['ann'])
  })

  it('can be removed one way or both', async () => {
    await directory.contacts.add('ann', 'bob', 'both-ways')

    await directory.contacts.remove('ann', 'bob', 'one-way')
    expect([await contactsOf('ann'), await contactsOf('bob')]).toEqual([[], ['ann']])

    await directory.contacts.remove('ann', 'bob', 'both-ways')
    expect(await contactsOf('bob')).toEqual([])
  })

  it('that are none can not be removed', async () => {
    await directory.contacts.add('bob', 'ann', 'one-way')

    const refusal = await refusalOf(directory.contacts.remove('ann', 'bob', 'one-way'))

    expect(refusal).toBe('CONTACT_NOT_FOUND contactUid')
    expect(await contactsOf('bob')).toEqual(['ann'])
  })

  it.each([
    ['ann', 'ann', 'CONTACT_WITH_SELF contactUid'],
    ['nobody', 'ann', 'USER_NOT_FOUND uid'],
    ['ann', 'nobody', 'USER_NOT_FOUND contactUid'],
    ['a/b', 'ann', 'INVALID_IDENTIFIER uid'],
    ['ann', 'a/b', 'INVALID_IDENTIFIER contactUid'],
  ])('%s and %s are refused', async (uid, contactUid, refusal) => {
    expect(await refusalOf(directory.contacts.add(uid, contactUid, 'both-ways'))).toBe(refusal)
  })

  it('are listed page by page', async () => {
    await directory.contacts.add('ann', 'cas', 'one-way')
    await directory.contacts.add('ann', 'bob', 'one-way')

    const first = await directory.contacts.list('ann', { limit: 1 })

    expect(first).toMatchObject({ items: [{ uid: 'ann', contactUid: 'bob' }], next: 'bob' })
    expect(await directory.contacts.list('ann', { limit: 1, after: first.next })).toMatchObject({
      items: [{ contactUid: 'cas' }],
      next: undefined,
    })
    expect(await refusalOf(directory.contacts.list('nobody'))).toBe('USER_NOT_FOUND uid')
  })

  async function contactsOf(uid: string): Promise<string[]> {
    const { items } = await directory.contacts.list(uid)
    return items.map(({ contactUid }) => contactUid)
  }
})

describe('a block', () => {
  it('goes one way and leaves contacts as they are', async () => {
    await directory.contacts.add('ann', 'bob', 'both-ways')

    await directory.contacts.block('ann', 'bob')

    expect((await directory.contacts.listBlocks('ann')).items).toEqual([
      { uid: 'ann', blockedUid: 'bob', createdAt: expect.any(Date) },
    ])
    expect((await directory.contacts.listBlocks('bob')).items).toEqual([])
    expect((await directory.contacts.list('ann')).items).toMatchObject([{ contactUid: 'bob' }])
  })

  it('can be set twice and ended once', async () => {
    await directory.contacts.block('ann', 'bob')
    await directory.contacts.block('ann', 'bob')

    await directory.contacts.unblock('ann', 'bob')

    expect((await directory.contacts.listBlocks('ann')).items).toEqual([])
    const again = directory.contacts.unblock('ann', 'bob')
    expect(await refusalOf(again)).toBe('BLOCK_NOT_FOUND blockedUid')
  })

  it.each([
    ['ann', 'ann', 'BLOCK_WITH_SELF blockedUid'],
    ['nobody', 'ann', 'USER_NOT_FOUND uid'],
    ['ann', 'nobody', 'USER_NOT_FOUND blockedUid'],
    ['+', 'ann', 'INVALID_IDENTIFIER uid'],
    ['ann', '#', 'INVALID_IDENTIFIER blockedUid'],
  ])('by %s of %s is refused', async (uid, blockedUid, refusal) => {
    expect(await refusalOf(directory.contacts.block(uid, blockedUid))).toBe(refusal)
  })

  it('is listed page by page', async () => {
    await directory.contacts.block('ann', 'cas')
    await directory.contacts.block('ann', 'bob')

    const first = await directory.contacts.listBlocks('ann', { limit: 1 })
    const second = await directory.contacts.listBlocks('ann', { limit: 1, after: first.next })

    expect(first).toMatchObject({ items: [{ blockedUid: 'bob' }], next: 'bob' })
    expect(second).toMatchObject({ items: [{ blockedUid: 'cas' }], next: undefined })
  })
})
