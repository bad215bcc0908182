import { describe, expect, it } from 'vitest'
import { SETTING_FLAGS } from '../../src/config/setting-flags.ts'
import { SETTINGS } from '../../src/config/settings.ts'

describe('the flags', () => {
  it('are one for each setting', () => {
    expect(SETTING_FLAGS.map(({ name }) => name)).toEqual(SETTINGS.map(({ name }) => name))
    expect(new Set(SETTING_FLAGS.map(({ flag }) => flag)).size).toBe(SETTINGS.length)
  })

  it.each([
    ['DATABASE_URL', '--database-url'],
    ['HERALD_PORT', '--port'],
    ['HERALD_JWT_CLIENT_ID_CLAIM', '--jwt-client-id-claim'],
  ])('are named after the setting: %s is %s', (name, flag) => {
    expect(SETTING_FLAGS.find((each) => each.name === name)?.flag).toBe(flag)
  })

  it('tell their default', () => {
    expect(SETTING_FLAGS.find(({ flag }) => flag === '--hook-deadline')?.help).toMatch(
      /\(default: 2s\)$/,
    )
  })
})
