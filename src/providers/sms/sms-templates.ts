import { cutText } from '../../core/delivery/cut-text.ts'
import type { AddressedNotification, Notification } from '../../core/delivery/notification.ts'
import type { RenderText } from '../../core/delivery/rendered-text.ts'
import { MESSAGE_KINDS } from '../../core/reach/chat-message.ts'
import type { FieldReader } from '../field-reader.ts'

/** What a template of the vendor's may have in it. */
export const PARAMETERS = ['sender', 'group', 'text', 'count'] as const
export type Parameter = (typeof PARAMETERS)[number]

/** A text that the vendor has approved and keeps. */
export interface SmsTemplate {
  readonly id: string
  readonly parameters: readonly Parameter[]
}

export interface SmsTemplates {
  readonly byKind: ReadonlyMap<string, TemplateChoice>
  /** Characters of each parameter. */
  readonly parameterMax: number
}

interface TemplateChoice {
  readonly usual: SmsTemplate
  /** By language, in lower case. */
  readonly languages: ReadonlyMap<string, SmsTemplate>
}

export interface FilledTemplate {
  readonly id: string
  /** In the order of the template. */
  readonly parameters: readonly (readonly [Parameter, string])[]
}

const DEFAULT = 'default'
const KINDS = [DEFAULT, ...MESSAGE_KINDS]

export function readTemplates(fields: FieldReader): SmsTemplates {
  const parameterMax = fields.integer('parameterMax', { min: 1, max: 500, fallback: 35 })
  const group = fields.group('templates')
  const byKind = new Map<string, TemplateChoice>()
  for (const kind of KINDS) {
    const one = group?.group(kind)
    const choice = one === undefined ? undefined : readChoice(one)
    if (choice !== undefined) byKind.set(kind, choice)
  }
  if (!KINDS.some((kind) => group?.has(kind))) {
    fields.fault('templates', 'are missing', 'give at least one, such as "default"')
  }
  return { byKind, parameterMax }
}

function readChoice(fields: FieldReader): TemplateChoice | undefined {
  const usual = readTemplate(fields)
  const group = fields.group('languages')
  const languages = new Map<string, SmsTemplate>()
  for (const language of group?.given ?? []) {
    const one = group?.group(language)
    const template = one === undefined ? undefined : readTemplate(one)
    if (template !== undefined) languages.set(language.toLowerCase(), template)
  }
  return usual === undefined ? undefined : { usual, languages }
}

function readTemplate(fields: FieldReader): SmsTemplate | undefined {
  const id = fields.text('id')
  const names = fields.texts('parameters')
  const parameters = names.flatMap((name) => PARAMETERS.filter((one) => one === name))
  if (parameters.length !== names.length) {
    const remedy = `name some of these: ${PARAMETERS.join(', ')}`
    fields.fault('parameters', 'are none that we have', remedy)
  }
  return id === undefined ? undefined : { id, parameters }
}

/** Undefined where there is no template, or nothing to show. */
export function fillTemplate(
  { byKind, parameterMax }: SmsTemplates,
  render: RenderText,
  { notification }: AddressedNotification,
): FilledTemplate | undefined {
  const text = render(notification, 'sms')
  const choice = byKind.get(notification.kind) ?? byKind.get(DEFAULT)
  if (text === undefined || choice === undefined) return undefined
  const { id, parameters } = inLanguage(choice, notification.locale)
  const values = valuesOf(notification, text.body)
  return {
    id,
    parameters: parameters.map((name) => [name, shorten(values[name], parameterMax)] as const),
  }
}

function inLanguage({ usual, languages }: TemplateChoice, locale = ''): SmsTemplate {
  const tag = locale.toLowerCase().replaceAll('_', '-')
  return languages.get(tag) ?? languages.get(tag.split('-')[0] ?? '') ?? usual
}

function valuesOf(n: Notification, text: string): Readonly<Record<Parameter, string>> {
  return {
    sender: n.from.displayName ?? n.from.uid,
    group: n.group?.displayName ?? n.group?.gid ?? '',
    text,
    count: String(n.messages),
  }
}

/** Vendors refuse a parameter that is empty. */
function shorten(value: string, max: number): string {
  const line = value.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()
  return cutText(line, max, ({ length }) => length) || '-'
}
