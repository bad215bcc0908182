import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { jsonOn, runOn, timeless } from './directory-doors.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann', 'bob')
})
afterAll(() => world.close())

describe('herald contact add, list, remove', () => {
  it('goes both ways', async () => {
    const { out } = await runOn(world, 'contact add ann bob')

    expect(out).toBe('bob is a contact of ann\n')
    expect(timeless((await runOn(world, 'contact list bob')).out)).toBe(`CONTACT  SINCE
ann      TIME
`)
    expect((await runOn(world, 'contact remove bob ann')).code).toBe(0)
    expect(await jsonOn(world, 'contact list ann')).toEqual([])
  })

  it('goes one way where it is told to', async () => {
    await runOn(world, 'contact add ann bob --one-way')

    expect(await jsonOn(world, 'contact list ann')).toMatchObject([{ contactUid: 'bob' }])
    expect(await jsonOn(world, 'contact list bob')).toEqual([])
    const { err } = await runOn(world, 'contact remove bob ann --one-way')
    expect(err).toContain('(CONTACT_NOT_FOUND)')
  })
})

describe('herald contact block, unblock, blocks', () => {
  it('blocks one way', async () => {
    const blocked = await runOn(world, 'contact block ann bob')

    expect(blocked.out).toBe('ann blocks bob\n')
    expect(timeless((await runOn(world, 'contact blocks ann')).out)).toBe(`BLOCKED  SINCE
bob      TIME
`)
    expect(await jsonOn(world, 'contact blocks bob')).toEqual([])
    expect((await runOn(world, 'contact unblock ann bob')).out).toBe('ann no longer blocks bob\n')
    expect(await jsonOn(world, 'contact blocks ann')).toEqual([])
  })
})
