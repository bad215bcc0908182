import { describe, expect, it } from 'vitest'
import { languageChain } from '../../src/channels/language-chain.ts'
import { readTemplates } from '../../src/channels/read-templates.ts'
import { TEMPLATE_FORMS } from '../../src/channels/template-form.ts'
import { templatesIn } from '../channels/template-files.ts'
import { codeOf, codeRows, readPage, sectionOf } from './pages.ts'

const page = readPage('docs/templates.md')
const section = (heading: string) => ({ path: page.path, text: sectionOf(page, heading) })

describe('docs/templates.md', () => {
  it('shows a template that can be used', async () => {
    const [, text = ''] = /```liquid\n([\s\S]*?)```/.exec(page.text) ?? []
    const folder = await templatesIn({ 'fr/direct-message': text })

    expect(text).toContain('--- body')
    expect(readTemplates({ folder, defaultLocale: 'en' }).faults).toEqual([])
  })

  it('names all variables, and each kind of file', () => {
    const named = codeOf(section('Variables'))
    const variables = [...TEMPLATE_FORMS.values()].flatMap((form) => form.variables)
    const files = codeOf(section('A file'))

    for (const name of new Set(variables)) if (name !== 'group') expect(named).toContain(name)
    for (const name of TEMPLATE_FORMS.keys()) {
      const [kind = '', channel] = name.split('.')
      expect(files.includes(name) || (files.includes(kind) && files.includes(`.${channel}`))).toBe(
        true,
      )
    }
  })

  it('says where each language is looked for', () => {
    const rows = codeRows(sectionOf(page, 'Languages'))

    expect(rows).toHaveLength(3)
    for (const [tag = '', ...cells] of rows) {
      const chain = cells.join().replace(/ \|$/, '').replaceAll('`', '').split(', ')
      expect(chain.map((one) => one.toLowerCase())).toEqual(languageChain(tag))
    }
  })

  it('shows the faults as they are told', async () => {
    const folder = await templatesIn({
      'fr/direct-message': '--- title\n{{ from.name }}\n--- body\n{{ txet }}',
      'fr/invitation': '--- body\n{{ from.name }}',
    })

    const { faults } = readTemplates({ folder, defaultLocale: 'en' })

    for (const { name, problem, remedy } of faults) {
      const line = `  ${name.replace(folder, 'templates')}: ${problem}; ${remedy}.`
      expect(page.text).toContain(line)
    }
    expect(faults).toHaveLength(2)
  })
})
