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
})
afterAll(() => world.close())

const HOUR = 3_600_000

describe('herald prefs', () => {
  it('sets what is named, and shows it all', async () => {
    const quiet = '--quiet Mon-Fri 22:00-07:00 Europe/Berlin defer'
    await runOn(
      world,
      `prefs set ann --notify mentions --hide-preview on --locale zh-CN --digest 30m ${quiet}`,
    )
    const set = await runOn(world, 'prefs set ann --conversation group/g --mute forever')

    const { out } = await runOn(world, 'prefs show ann')

    expect(set.out).toBe('set the preferences of ann for group/g\n')
    expect(out).toBe(`notify       mentions
muted until  -
preview      hidden
locale       zh-CN
quiet hours  Mon-Fri 22:00-07:00 Europe/Berlin defer
digest       30m

CONVERSATION  NOTIFY  MUTED UNTIL
group/g       -       9999-12-31T23:59:59.999Z
`)
    expect(await jsonOn(world, 'prefs show ann')).toMatchObject([
      {
        uid: 'ann',
        notify: 'mentions',
        quietHours: { days: 31, from: '22:00' },
        digestMinutes: 30,
      },
      { uid: 'ann', conversation: 'group/g' },
    ])
  })

  it('takes everything back', async () => {
    const before = await runOn(world, 'prefs show ann')
    await runOn(world, 'prefs set ann --mute 8h --locale en --hide-preview on')
    await runOn(world, 'prefs set ann --digest off --quiet daily 22:00-07:00 UTC drop')
    await runOn(world, 'prefs set ann --conversation user/bob --notify none')

    await runOn(
      world,
      'prefs set ann --unmute --no-locale --hide-preview off --no-quiet --no-digest',
    )
    await runOn(world, 'prefs forget ann user/bob')

    expect(await runOn(world, 'prefs show ann')).toEqual(before)
    expect(before.out).toBe(`notify       all
muted until  -
preview      shown
locale       default
quiet hours  -
digest       default
`)
  })

  it('mutes from now on, or until a time', async () => {
    const before = Date.now()
    const [from] = await jsonOn(world, 'prefs set ann --mute 8h')
    const [until] = await jsonOn(world, 'prefs set ann --mute 2126-12-24T18:00:00Z')

    const mutedFor = Date.parse(Object(from).mutedUntil) - before
    expect(mutedFor).toBeGreaterThanOrEqual(8 * HOUR)
    expect(mutedFor).toBeLessThan(9 * HOUR)
    expect(until).toMatchObject({ mutedUntil: '2126-12-24T18:00:00.000Z' })
    expect(timeless((await runOn(world, 'prefs show ann')).out)).toContain('muted until  TIME')
  })

  it.each([
    ['prefs set ann --notify some', 'Allowed choices are all, mentions, none'],
    ['prefs set ann --mute soon', 'Write a number and a unit'],
    ['prefs set ann --mute 2026-99-01', 'That is no time'],
    ['prefs set ann --mute 2020-01-01T00:00:00Z', 'INVALID_TIME'],
    ['prefs set ann --mute 1h --unmute', 'cannot be used with option'],
    ['prefs set ann --locale en --conversation user/bob', 'cannot be used with option'],
    ['prefs set ann --no-quiet --conversation user/bob', 'cannot be used with option'],
    ['prefs set ann --quiet nightly', 'write such as "Mon-Fri 22:00-07:00 Europe/Berlin defer"'],
    ['prefs set ann --digest 90s', 'INVALID_DIGEST'],
    ['prefs set ann --digest 2d', 'INVALID_DIGEST'],
    ['prefs set ann --digest 1h --conversation user/bob', 'cannot be used with option'],
    ['prefs set ann --conversation bob --notify all', 'INVALID_CONVERSATION'],
    ['prefs set bob --notify all', 'USER_NOT_FOUND'],
    ['prefs forget ann user/bob', 'PREFERENCES_NOT_FOUND'],
  ])('refuses: %s', async (line, complaint) => {
    const { code, err } = await runOn(world, line)

    expect(code).toBe(1)
    expect(err).toContain(complaint)
  })
})
