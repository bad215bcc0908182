import { describe, expect, it } from 'vitest'
import type { TemplatePreview } from '../../src/cli/doors.ts'
import { runCli } from './cli-world.ts'

const PUSH: TemplatePreview = {
  kind: 'direct-message',
  sample: 'one',
  channel: 'push',
  locale: 'en',
  text: { title: 'Ann', body: 'Hi\n\nBob', html: undefined },
}
const MAIL: TemplatePreview = {
  ...PUSH,
  channel: 'email',
  text: { title: 'Ann', body: 'Hi', html: '<p>Hi</p>' },
}
const CLEAR: TemplatePreview = { ...PUSH, kind: 'clear', text: undefined }

describe('herald template preview', () => {
  it.each([
    ['', 'direct-message (one), push, en:\n  Ann\n  Hi\n\n  Bob\n'],
    ['--channel email', 'direct-message (one), email, en:\n  Ann\n  Hi\n  <p>Hi</p>\n'],
    ['--kind clear', 'clear (one), push, en: nothing is shown\n'],
  ])('shows what people read: %s', async (options, expected) => {
    const { code, out } = await runCli(`template preview ${options}`, {
      previewTemplates: () => [PUSH, MAIL, CLEAR],
    })

    expect(code).toBe(0)
    expect(out.startsWith(expected)).toBe(true)
  })

  it('asks for a language, and prints JSON', async () => {
    const asked: unknown[] = []
    const { out } = await runCli('template preview --locale zh-TW --templates-dir x --json', {
      previewTemplates(flags, locale) {
        asked.push(flags, locale)
        return [PUSH]
      },
    })

    expect(asked).toEqual([{ HERALD_TEMPLATES_DIR: 'x' }, 'zh-TW'])
    expect(JSON.parse(out)).toEqual({ ...PUSH, text: { title: 'Ann', body: 'Hi\n\nBob' } })
  })

  it('knows its kinds and channels', async () => {
    const { code, err } = await runCli('template preview --kind letter', {})

    expect(code).toBe(1)
    expect(err).toContain('direct-message')
  })
})

describe('herald template check', () => {
  it('says which languages there are', async () => {
    const { out } = await runCli('template check', {
      checkTemplates: () => [
        { language: 'en', missing: [] },
        { language: 'fr', missing: ['invitation', 'digest'] },
      ],
    })

    expect(out).toBe('en: complete\nfr: told in another language: invitation, digest\n')
  })
})
