import type { Digest } from '../core/delivery/notification.ts'
import type { RenderedText, RenderText } from '../core/delivery/rendered-text.ts'
import type { Channel } from '../core/reach/reach-policy.ts'
import type { SaidParts, Template } from './template.ts'
import { type TemplateKind, templateNames } from './template-form.ts'
import {
  digestScope,
  isSaid,
  mailScope,
  type SaidLine,
  type Scope,
  type Shown,
  scopeOf,
} from './template-scope.ts'
import type { TemplateShelf } from './template-shelf.ts'

/** What people read. */
export interface Words {
  readonly render: RenderText
}

export interface WordsParts {
  readonly shelf: TemplateShelf
  /** Told once of each template that could not say something, which Herald's own said instead. */
  readonly onFailure: (path: string, error: unknown) => void
}

export function createWords({ shelf, onFailure }: WordsParts): Words {
  const failed = new Set<string>()

  function say(locale: string | undefined, kind: TemplateKind, channel: Channel, scope: Scope) {
    const names = templateNames(kind, channel)
    const template = shelf.find(locale, names)
    try {
      return template.say(scope)
    } catch (error) {
      tell(template, error)
      return shelf.findShipped(locale, names).say(scope)
    }
  }

  function tell({ path }: Template, error: unknown): void {
    if (failed.has(path)) return
    failed.add(path)
    onFailure(path, error)
  }

  function show(locale: string | undefined, line: SaidLine, channel: Channel): Shown {
    return shownOf(say(locale, line.kind, channel, scopeOf(line)))
  }

  function write(locale: string | undefined, line: SaidLine, digest: Digest | undefined) {
    if (digest === undefined) {
      return say(locale, line.kind, 'email', mailScope(line, show(locale, line, 'push')))
    }
    const lines = digest.lines
      .filter(isSaid)
      .map((one) => ({ ...one, shown: show(locale, one, 'push') }))
    return say(locale, 'digest', 'email', digestScope(lines, digest.more))
  }

  return {
    render(notification, channel) {
      const { locale } = notification
      if (!isSaid(notification)) return undefined
      if (channel === 'email') return mailOf(write(locale, notification, notification.digest))
      const { title, body } = show(locale, notification, channel)
      return { title, body, html: undefined }
    },
  }
}

function shownOf({ title = '', body = '' }: SaidParts): Shown {
  return { title: oneLine(title), body }
}

function mailOf({ subject = '', text = '', html }: SaidParts): RenderedText {
  return { title: oneLine(subject), body: text, html }
}

function oneLine(text: string): string {
  return text.includes('\n') ? text.replaceAll(/\s*\n\s*/g, ' ') : text
}
