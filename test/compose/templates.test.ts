import { describe, expect, it } from 'vitest'
import { loadSetup } from '../../src/compose/setup.ts'
import { createDoors } from '../../src/compose.ts'
import { templatesIn } from '../channels/template-files.ts'
import { runCli } from '../cli/cli-world.ts'

const TITLE = '--- title\n{{ from.name }}\n'

describe('a start', () => {
  it('is refused for templates, settings and providers at once', async () => {
    const folder = await templatesIn({ 'fr/direct-message': TITLE })
    const env = {
      HERALD_TEMPLATES_DIR: folder,
      HERALD_POOL_MAX: '0',
      HERALD_PROVIDERS_FILE: '/nowhere.json',
    }

    const act = () => loadSetup(() => ({ flags: {}, env, envFile: {} }))

    expect(act).toThrow(
      /HERALD_POOL_MAX.*\n.*fr\/direct-message\.liquid:1: has no part.*\n.*nowhere/,
    )
  })
})

describe('the commands', () => {
  it('show samples in all languages, or as one reads them', async () => {
    const folder = await templatesIn({ 'fr/direct-message': `${TITLE}--- body\nSalut` })
    const run = (line: string) =>
      runCli(`template ${line} --templates-dir ${folder}`, createDoors())

    const all = await run('preview --kind direct-message --channel push --json')
    const taiwan = await run('preview --kind friend-request --channel sms --locale zh-TW')
    const check = await run('check')

    const locales = all.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).locale)
    expect([...new Set(locales)]).toEqual(['en', 'fr', 'zh'])
    expect(all.out).toContain('Salut')
    expect(taiwan.out).toContain('请求添加你为好友')
    expect(check.out).toContain('zh: complete\n')
    expect(check.out).toMatch(/^fr: .*friend-request, group-message/m)
  })

  it('refuse a template that is broken', async () => {
    const folder = await templatesIn({ 'fr/direct-message': `${TITLE}--- body\n{{ txet }}` })

    const { code, err } = await runCli(`template check --templates-dir ${folder}`, createDoors())

    expect(code).toBe(1)
    expect(err).toContain('fr/direct-message.liquid:4: knows no "txet"; there are kind, messages')
  })
})
