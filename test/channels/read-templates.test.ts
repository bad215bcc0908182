import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readTemplates } from '../../src/channels/read-templates.ts'
import { templatesIn } from './template-files.ts'

const TITLE = '--- title\n{{ from.name }}\n'

describe('templates', () => {
  it('of ours have no fault, in English and Chinese, and say everything', () => {
    const { shelf, faults } = readTemplates({ folder: undefined, defaultLocale: 'zh-Hans-CN' })

    expect(faults).toEqual([])
    expect(shelf.languages).toEqual(['en', 'zh'])
  })

  it.each<[string, string, string, string]>([
    ['a tag that stays open', `${TITLE}--- body\n{% if text %}x`, ':4', 'not closed'],
    ['an output that stays open', `${TITLE}--- body\n\n{{ text`, ':5', 'not closed'],
    ['an unknown variable', `${TITLE}--- body\na\n{{ txet }}`, ':5', 'knows no "txet"'],
    ['a variable of another kind', `${TITLE}--- body\n{{ group.name }}`, ':4', '"group.name"'],
    ['one in a branch', `${TITLE}--- body\nx{% if title %}{{ nam }}{% endif %}`, ':4', '"nam"'],
    ['one in a condition', `${TITLE}--- body\nx{% if nam %}y{% endif %}`, ':4', '"nam"'],
    [
      'one in something else',
      `${TITLE}--- body\nx{% if title.text %}y{% endif %}`,
      ':4',
      '"title.text"',
    ],
    ['an unknown filter', `${TITLE}--- body\n{{ text | shout }}`, ':4', 'undefined filter: shout'],
    ['an unknown tag', `${TITLE}--- body\n{% iff text %}`, ':4', 'tag "iff" not found'],
    ['a tag that reads files', `${TITLE}--- body\n{% render "x" %}`, ':4', '"render" not found'],
    ['a missing part', TITLE, ':1', 'has no part "body"'],
    ['an unknown part', `${TITLE}--- bdoy\nx\n--- body\nx`, ':3', 'has a part "bdoy"'],
    ['a part twice', `${TITLE}--- body\nx\n--- body\ny`, ':5', 'has the part "body" twice'],
    ['a part of another channel', `${TITLE}--- body\nx\n--- html\ny`, ':5', 'nobody reads'],
    ['silence', `${TITLE}--- body\n{{ text }}`, '', 'says nothing in "body"'],
    [
      'what can hide the sender',
      '--- title\n{{ title | default: from.name }}\n--- body\nx',
      '',
      'who wrote',
    ],
  ])('are refused for %s', async (_, text, line, problem) => {
    const folder = await templatesIn({ 'fr/direct-message': text })

    const { faults } = readTemplates({ folder, defaultLocale: 'en' })

    expect(faults).toEqual([
      {
        name: `${join(folder, 'fr/direct-message.liquid')}${line}`,
        problem: expect.stringContaining(problem),
        remedy: expect.stringMatching(/\w/),
      },
    ])
  })

  it('are refused for what no line of a digest has', async () => {
    const part = '{% for line in lines %}{{ line.title }}{{ line.txet }}{% endfor %}'
    const folder = await templatesIn({
      'fr/digest.email': `--- subject\nx\n--- text\n\n${part}`,
      'fr/email': '--- subject\n{{ from.name }}\n--- text\nx{% if group.nam %}y{% endif %}',
    })

    const { faults } = readTemplates({ folder, defaultLocale: 'en' })

    expect(
      faults.map(({ name, problem }) => `${name.slice(folder.length + 1)}: ${problem}`),
    ).toEqual([
      'fr/digest.email.liquid:5: knows no "line.txet"',
      'fr/email.liquid:4: knows no "group.nam"',
    ])
  })

  it.each([
    ['{% for l in lines %}{% if more > 99 %}{{ l.nope }}{% endif %}{% endfor %}', 'l.nope'],
    ['{{ lines[0].from.nope }}', 'lines.0.from.nope'],
    ['{{ lines.first.nope }}', 'lines.first.nope'],
    ['{{ lines.nope }}', 'lines.nope'],
    ['{% for l in lines %}{{ l.text.nope }}{% endfor %}', 'l.text.nope'],
    ['{{ from.name }}', 'from.name'],
  ])('are refused for %s in a digest', async (part, name) => {
    expect(await digestFaults(part)).toEqual([`knows no "${name}"`])
  })

  it.each([
    '{% for l in lines %}{{ forloop.index }}{{ l.group.name }}{{ l.body.size }}{% endfor %}',
    '{{ lines.size }}{{ lines[0].from.name }}{{ lines.last.text | default: "-" }}',
    '{% assign kinds = lines | map: "kind" | uniq %}{% for k in kinds %}{{ k }}{% endfor %}',
    '{% assign n = lines | map: "kind" %}{{ n.size }}{% capture c %}{{ more }}{% endcapture %}{{ c }}',
  ])('are fine with %s in a digest', async (part) => {
    expect(await digestFaults(part)).toEqual([])
  })

  it('are refused for HTML that is not escaped', async () => {
    const mail = '--- subject\n{{ from.name }}\n--- text\n{{ from.name }}\n--- html\n'
    const folder = await templatesIn({
      'en/email': `${mail}{{ from.name }}{{ text | raw }}`,
      'fr/email': `${mail}{{ from.name }}{% echo text %}`,
    })

    const { faults } = readTemplates({ folder, defaultLocale: 'en' })

    expect(faults.map(({ problem }) => problem)).toEqual([
      'undefined filter: raw',
      'tag "echo" not found',
    ])
  })

  it.each(['where_exp', 'reject_exp', 'group_by_exp', 'find_exp', 'find_index_exp', 'has_exp'])(
    'are refused for a filter that reads what was written as an expression: %s',
    async (filter) => {
      const part = `{{ "a,b" | split: "," | ${filter}: "one", text }}`
      const folder = await templatesIn({ 'en/invitation': `${TITLE}--- body\n${part}` })

      const { faults } = readTemplates({ folder, defaultLocale: 'en' })

      expect(faults.map(({ problem }) => problem)).toEqual([`undefined filter: ${filter}`])
    },
  )

  it('are refused all at once, with what is called or lies wrong', async () => {
    const folder = await templatesIn({
      'en/direct-mesage': 'x',
      'no language/direct-message': 'x',
      stray: 'x',
      'fr/digest.email': '--- subject\n{{ a }}\n--- text\n{{ b }}\n{{ c | d }}',
      'fr/invitation': '--- body\n{{ e }}',
    })

    const { faults } = readTemplates({ folder, defaultLocale: 'en' })

    expect(
      faults.map(({ name, problem }) => `${name.slice(folder.length + 1)}: ${problem}`),
    ).toEqual([
      'en/direct-mesage.liquid: is called as no template is',
      'fr/digest.email.liquid:2: knows no "a"',
      'fr/digest.email.liquid:5: undefined filter: d',
      'fr/invitation.liquid:1: has no part "title"',
      'fr/invitation.liquid:2: knows no "e"',
      'no language/direct-message.liquid: is in no folder of a language',
      'stray.liquid: is in no folder of a language',
    ])
  })

  it('are refused where their folder is not there, or nobody speaks the default language', () => {
    const { faults } = readTemplates({ folder: '/nowhere', defaultLocale: 'fr' })

    expect(faults).toEqual([
      expect.objectContaining({
        name: '/nowhere',
        problem: expect.stringContaining("can't be read"),
      }),
      expect.objectContaining({ name: 'HERALD_DEFAULT_LOCALE' }),
    ])
  })
})

async function digestFaults(part: string): Promise<readonly string[]> {
  const names = '{% for line in lines %}{{ line.title }}{% endfor %}'
  const folder = await templatesIn({
    'en/digest.email': `--- subject\nx\n--- text\n${names}${part}`,
  })
  const { faults } = readTemplates({ folder, defaultLocale: 'en' })
  return faults.map(({ problem }) => problem)
}
