import { globSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { Liquid } from 'liquidjs'
import { expect, it } from 'vitest'
import { readPart } from '../../src/channels/liquid-part.ts'
import { quickPart } from '../../src/channels/quick-part.ts'
import { SHIPPED_FOLDER } from '../../src/channels/template-folder.ts'
import { splitTemplate } from '../../src/channels/template-parts.ts'
import { scopeOf } from '../../src/channels/template-scope.ts'

const VARIABLES = ['title', 'text', 'messages', 'from.name', 'from.uid', 'group.name', 'group']

const output = fc.constantFrom(
  '{{ title }}',
  '{{ text | default: "none" }}',
  '{{ title | default: from.name }}',
  '{{ messages }}',
  '{{- from.name -}}',
  '{{ group.name }}',
  '{{ text.size }}',
  '{{ text | upcase | default: "x" }}',
  ' words, ',
  '{% comment %}hidden{% endcomment %}',
)
const condition = fc.constantFrom('title', 'messages > 1', 'group', 'text == "a"', 'group.name')
const source = fc.letrec<{ all: string; one: string; choice: string }>((tie) => ({
  all: fc.array(tie('one'), { maxLength: 4 }).map((pieces) => pieces.join('')),
  one: fc.oneof({ maxDepth: 2 }, output, tie('choice')),
  choice: fc
    .tuple(condition, tie('all'), condition, tie('all'), tie('all'))
    .map(([a, b, c, d, e]) => `{% if ${a} %}${b}{%- elsif ${c} %}${d}{% else %}${e}{% endif %}`),
})).all

const text = fc.option(fc.constantFrom('', ' ', 'a', '{{ title }}', '<b>'), { nil: undefined })
const line = fc.record({
  kind: fc.constant('group-message' as const),
  messages: fc.integer({ min: 1, max: 3 }),
  title: text,
  body: text,
  from: fc.record({ uid: fc.constant('ann'), displayName: text }),
  group: fc.option(fc.record({ gid: fc.constant('g'), displayName: text }), { nil: undefined }),
})

it('says what Liquid says, and fails where Liquid fails', () => {
  fc.assert(
    fc.property(source, line, (written, notification) => {
      const { part } = readPart({ name: 'body', source: written, line: 1 }, VARIABLES)
      const scope = scopeOf(notification)
      const proof = part?.prove(scope)

      expect(said(() => part?.say(scope))).toBe(proof?.kind === 'said' ? proof.text : undefined)
    }),
    { numRuns: 1_000 },
  )
})

it('makes functions of all that pushes are made of', () => {
  const files = globSync(`${SHIPPED_FOLDER}/*/*.liquid`)
  const parts = files
    .flatMap((file) => splitTemplate(readFileSync(file, 'utf8')).parts)
    .filter(({ name }) => name === 'title' || name === 'body')

  expect(parts).toHaveLength(20)
  const liquid = new Liquid()
  for (const { source } of parts) expect(quickPart(liquid.parse(source)), source).toBeDefined()
})

function said(say: () => string | undefined): string | undefined {
  try {
    return say()
  } catch {
    return undefined
  }
}
