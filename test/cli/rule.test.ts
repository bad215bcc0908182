import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { jsonOn, runOn, timeless } from './directory-doors.ts'

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(async () => {
  await world.clear()
  await world.addUsers('ann')
  await world.directory.groups.add({ gid: 'g', owner: 'ann' })
})
afterAll(() => world.close())

describe('herald rule add, list', () => {
  it('writes rules for everyone, a user and a group', async () => {
    const { out } = await runOn(world, 'rule add allow publish iot/${uid}/up')
    await runOn(world, 'rule add deny all iot/secret --user ann')
    await runOn(world, 'rule add allow subscribe iot/# --group g')

    const [first, second, third] = (await world.directory.rules.list()).items
    expect(out).toBe(`added rule ${first?.id}\n`)
    expect(first).toMatchObject({ effect: 'allow', action: 'publish', filter: 'iot/${uid}/up' })
    expect(second?.scope).toEqual({ kind: 'user', uid: 'ann' })
    expect(third?.scope).toEqual({ kind: 'group', gid: 'g' })
  })

  it('prints a table', async () => {
    await runOn(world, 'rule add allow publish a/b')
    await runOn(world, 'rule add deny all c --group g')

    const { out } = await runOn(world, 'rule list')

    expect(timeless(out).replaceAll(/^\d+ +/gm, 'N ')).toMatch(
      /^ID +EFFECT +ACTION +FILTER +FOR +CREATED\nN allow +publish +a\/b +everyone +TIME\nN deny +all +c +members of g +TIME\n$/,
    )
  })

  it.each([
    ['rule add permit publish a', 'Allowed choices are allow, deny'],
    ['rule add allow read a', 'Allowed choices are publish, subscribe, all'],
    ['rule add allow publish a --user ann --group g', 'cannot be used with'],
    ['rule add allow publish a/#/b', '(INVALID_FILTER)'],
    ['rule add allow publish a --user bob', '(USER_NOT_FOUND)'],
  ])('refuses "%s"', async (line, because) => {
    const { code, err } = await runOn(world, line)

    expect(code).toBe(1)
    expect(err).toContain(because)
    expect(await jsonOn(world, 'rule list')).toEqual([])
  })
})

describe('herald rule remove', () => {
  it('removes a rule by its id', async () => {
    const { id } = await world.directory.rules.add({
      effect: 'allow',
      action: 'all',
      filter: 'a',
      scope: { kind: 'everyone' },
    })

    expect((await runOn(world, `rule remove ${id}`)).out).toBe(`removed rule ${id}\n`)
    expect((await runOn(world, `rule remove ${id}`)).err).toContain('(RULE_NOT_FOUND)')
  })
})
