import { describe, expect, it } from 'vitest'
import { readTemplates } from '../../src/channels/read-templates.ts'
import { createWords } from '../../src/channels/words.ts'
import type { DigestLine, Notification } from '../../src/core/delivery/notification.ts'
import type { Channel } from '../../src/core/reach/reach-policy.ts'
import { aMessage } from '../support/a-message.ts'
import { renderText } from '../support/render-text.ts'
import { templatesIn } from './template-files.ts'

function aNotification(parts: Partial<Notification> = {}): Notification {
  return aMessage({}, { body: 'Hi Bob', ...parts }).notification
}

const HIKERS = { gid: 'hikers', displayName: 'Hikers' }
const hidden = { body: undefined, isPreviewHidden: true }

describe('the text of a notification', () => {
  it.each<[string, Partial<Notification>, string, string]>([
    ['a direct message', {}, 'Ann', 'Hi Bob'],
    ['one whose preview is hidden', hidden, 'Ann', 'New message'],
    ['one without text, in Chinese', { body: undefined, locale: 'zh-Hans-CN' }, 'Ann', '新消息'],
    ['several', { messages: 3 }, 'Ann', '3 new messages'],
    ['several, in Chinese', { messages: 3, locale: 'zh' }, 'Ann', '3 条新消息'],
    ['one of nothing but blanks', { body: ' \n ' }, 'Ann', 'New message'],
    ['one that looks like a template', { body: '{{ from.uid }}' }, 'Ann', '{{ from.uid }}'],
    ['one with markup', { body: '<b>&amp;</b>' }, 'Ann', '<b>&amp;</b>'],
    ['a language that we do not speak', { ...hidden, locale: 'fr' }, 'Ann', 'New message'],
    ['a sender without a name', { from: { uid: 'ann', displayName: undefined } }, 'ann', 'Hi Bob'],
    ['a title, beside the sender', { title: 'Shop' }, 'Shop (Ann)', 'Hi Bob'],
    ['a group message', { kind: 'group-message', group: HIKERS }, 'Hikers', 'Ann: Hi Bob'],
    [
      'a group message with a title, beside the sender',
      { kind: 'group-message', group: HIKERS, title: 'Rain' },
      'Rain',
      'Ann: Hi Bob',
    ],
    [
      'a friend request',
      { kind: 'friend-request', body: undefined },
      'Ann',
      'Would like to be your contact',
    ],
    [
      'a request to join',
      { kind: 'join-request', group: HIKERS },
      'Hikers',
      'Ann would like to join',
    ],
    [
      'an invitation, in Chinese',
      { kind: 'invitation', group: { gid: 'hikers', displayName: undefined }, locale: 'zh_CN' },
      'hikers',
      'Ann 邀请你加入',
    ],
  ])('of %s', (_, parts, title, body) => {
    expect(renderText(aNotification(parts), 'push')).toEqual({ title, body })
  })

  it('is none where a notification is taken away', () => {
    expect(renderText(aNotification({ kind: 'clear' }), 'push')).toBeUndefined()
  })
})

describe('a mail', () => {
  it('has a subject, text, and HTML in which nothing is markup that somebody wrote', () => {
    const mail = renderText(aNotification({ title: 'A <i>', body: 'x < y & "z"' }), 'email')

    expect(mail).toMatchObject({ title: 'A <i> (Ann)', body: 'A <i> (Ann)\n\nx < y & "z"' })
    expect(mail?.html).toContain('A &lt;i&gt; (Ann)')
    expect(mail?.html).toContain('x &lt; y &amp; &#34;z&#34;')
    expect(mail?.html).not.toContain('<i>')
  })

  it('is in the language of whoever reads it', () => {
    const mail = renderText(aNotification({ ...hidden, locale: 'zh-CN' }), 'email')

    expect(mail?.body).toBe('Ann\n\n新消息')
    expect(mail?.html).toContain('lang="zh-Hans"')
  })

  const lines: readonly DigestLine[] = [
    aNotification({ kind: 'group-message', group: HIKERS, messages: 3 }),
    aNotification({ title: 'Shop <1>' }),
  ]

  it('about several conversations lists them', () => {
    const digest = { id: '0'.repeat(32), lines, more: 2 }

    const mail = renderText(aNotification({ digest }), 'email')

    expect(mail?.title).toBe('News in 4 conversations')
    expect(mail?.body).toBe(
      'Hikers\nAnn: 3 new messages\n\nShop <1> (Ann)\nHi Bob\n\nAnd 2 more conversations',
    )
    expect(mail?.html).toContain('<strong>Shop &lt;1&gt; (Ann)</strong><br>Hi Bob')
    expect(mail?.html).toContain('And 2 more conversations')
  })

  it('about several conversations lists them, in Chinese', () => {
    const digest = { id: '0'.repeat(32), lines, more: 0 }

    expect(renderText(aNotification({ digest, locale: 'zh' }), 'email')).toMatchObject({
      title: '2 个会话有新消息',
      body: 'Hikers\nAnn: 3 条新消息\n\nShop <1> (Ann)\nHi Bob',
    })
  })

  it('that gathered and is about one conversation looks like any other', () => {
    const digest = { id: '0'.repeat(32), lines: lines.slice(0, 1), more: 0 }

    expect(renderText(aNotification({ digest }), 'email')).toMatchObject({
      title: 'Hikers',
      body: 'Hikers\nAnn: 3 new messages',
    })
  })
})

const FRENCH = '--- title\n{{ from.name }}\n--- body\n{{ text | default: "Nouveau" }}'

describe("a company's templates", () => {
  it('stand before those of ours, file by file, and add languages', async () => {
    const render = await renderWith({
      'fr/direct-message': FRENCH,
      'zh-Hant/direct-message': FRENCH.replace('Nouveau', '新訊息'),
      'en/direct-message.sms': '--- body\nACME: {{ from.name }} wrote',
    })
    const read = (locale: string, channel: Channel = 'push') =>
      render(aNotification({ ...hidden, locale }), channel)

    expect(read('fr-CA')?.body).toBe('Nouveau')
    expect(read('zh-TW')?.body).toBe('新訊息')
    expect(read('zh-CN')?.body).toBe('新消息')
    expect(read('en')?.body).toBe('New message')
    expect(read('en', 'sms')).toEqual({
      title: '',
      body: 'ACME: Ann wrote',
      html: undefined,
    })
    expect(read('fr', 'email')?.body).toBe('Ann\n\nNouveau')
  })

  it('keep line breaks in HTML where they ask for it, and nothing else', async () => {
    const render = await renderWith({
      'en/email': '--- subject\n{{ from.name }}\n--- text\nx\n--- html\n{{ text | newline_to_br }}',
    })

    const mail = render(aNotification({ body: '<b>\n</b>' }), 'email')

    expect(mail?.html).toBe('&#60;b&#62;<br>\n&#60;/b&#62;')
  })

  it('leave what they have no file for to the default language', async () => {
    const render = await renderWith({ 'fr/direct-message': FRENCH }, 'zh-CN')

    const request = aNotification({ kind: 'friend-request', body: undefined, locale: 'fr' })
    expect(render(request, 'push')?.body).toBe('请求添加你为好友')
    expect(render(aNotification({ ...hidden }), 'push')?.body).toBe('新消息')
  })

  it('that fail are replaced by ours, and said once', async () => {
    const told: unknown[] = []
    const loop =
      '{% for i in (1..messages) %}{% for j in (1..messages) %}{{ text }}{% endfor %}{% endfor %}'
    const folder = await templatesIn({
      'en/direct-message': `--- title\n{{ from.name }}\n--- body\n{{ text | default: "-" }}${loop}`,
    })
    const { shelf, faults } = readTemplates({ folder, defaultLocale: 'en' })
    const { render } = createWords({ shelf, onFailure: (path) => told.push(path) })
    const flood = aNotification({ messages: 1_000, body: 'x'.repeat(1_000) })

    expect(faults).toEqual([])
    expect(render(flood, 'push')).toMatchObject({ title: 'Ann', body: '1000 new messages' })
    expect(render(flood, 'push')).toMatchObject({ title: 'Ann', body: '1000 new messages' })
    expect(told).toEqual([expect.stringContaining('direct-message.liquid')])
  })
})

describe('a template that takes longer the more was written', () => {
  it('is ended in time', async () => {
    const loops = ['a', 'b', 'c'].map((name) => `{% for ${name} in letters %}`).join('')
    const folder = await templatesIn({
      'en/direct-message': `--- title
{{ from.name }}
--- body
{% assign letters = text | split: "" %}${loops}${'{% endfor %}'.repeat(3)}x`,
    })
    const { shelf, faults } = readTemplates({ folder, defaultLocale: 'en' })
    const told: string[] = []
    const { render } = createWords({ shelf, onFailure: (_, error) => told.push(String(error)) })

    // A thousand million rounds: minutes.
    const text = render(aNotification({ body: 'x'.repeat(1_000) }), 'push')

    expect(faults).toEqual([])
    expect(text?.body).toBe('x'.repeat(1_000))
    expect(told).toEqual([expect.stringContaining('template render limit exceeded')])
  })
})

async function renderWith(files: Readonly<Record<string, string>>, defaultLocale = 'en') {
  const { shelf, faults } = readTemplates({ folder: await templatesIn(files), defaultLocale })
  expect(faults).toEqual([])
  const onFailure = (path: string, error: unknown) => expect.unreachable(`${path}: ${error}`)
  return createWords({ shelf, onFailure }).render
}
