import { describe, expect, it } from 'vitest'
import { isDefaulted } from '../../src/config/setting.ts'
import { SETTINGS } from '../../src/config/settings.ts'
import { renderSettingsPage } from './settings-page.ts'

describe('docs/configuration.md', () => {
  it('is what the table of settings makes it ("npm run docs:config" writes it)', async () => {
    await expect(renderSettingsPage()).toMatchFileSnapshot('../../docs/configuration.md')
  })
})

describe('the table of settings', () => {
  it('has no name twice', () => {
    expect(new Set(SETTINGS.map(({ name }) => name)).size).toBe(SETTINGS.length)
  })

  it('says in a sentence what each of them is, and what holds where it is not set', () => {
    for (const setting of SETTINGS) {
      expect(setting.help).toMatch(/^[A-Z].*[^.]$/)
      expect(isDefaulted(setting) || setting.unset !== undefined, setting.name).toBe(true)
    }
  })

  it('has no default that could not be written by hand', () => {
    for (const { name, kind, fallback } of SETTINGS.filter(isDefaulted)) {
      expect(kind.read(kind.write(fallback)), name).toEqual({ kind: 'value', value: fallback })
    }
  })
})
