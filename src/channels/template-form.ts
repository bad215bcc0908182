import { MESSAGE_KINDS, type MessageKind } from '../core/reach/chat-message.ts'
import { CHANNELS, type Channel } from '../core/reach/reach-policy.ts'

export const PARTS = ['title', 'body', 'subject', 'text', 'html'] as const
export type PartName = (typeof PARTS)[number]

export type TemplateKind = MessageKind | 'digest'
export const TEMPLATE_KINDS: readonly TemplateKind[] = [...MESSAGE_KINDS, 'digest']

/** What a template file may be called, and what has to be in it. */
export interface TemplateForm {
  /** The file's name without its ending: `group-message.sms`. */
  readonly name: string
  readonly channel: Channel
  /** What it says. */
  readonly kinds: readonly TemplateKind[]
  readonly needs: readonly PartName[]
  readonly mayHave: readonly PartName[]
  /** Paths that are there for all of its kinds: `from.name`. */
  readonly variables: readonly string[]
}

const FACTS = ['kind', 'messages', 'title', 'text', 'from.uid', 'from.name']
const GROUP = ['group', 'group.gid', 'group.name']
const SHOWN = ['shown.title', 'shown.body']
const DIGEST = ['kind', ...SHOWN, 'lines', 'conversations', 'more']

/** Of what is in `lines`. */
export const LINE_VARIABLES: readonly string[] = [...FACTS, ...GROUP, 'body']

const MAIL_PARTS = { needs: ['subject', 'text'], mayHave: ['html'] } as const

export const TEMPLATE_FORMS: ReadonlyMap<string, TemplateForm> = new Map(
  [
    ...MESSAGE_KINDS.flatMap(formsOf),
    mailForm('email', MESSAGE_KINDS, [...FACTS, ...GROUP, ...SHOWN]),
    mailForm('digest.email', ['digest'], DIGEST),
  ].map((form) => [form.name, form]),
)

/** Names of the files that may say it, the most particular first. */
export function templateNames(kind: TemplateKind, channel: Channel): readonly string[] {
  if (kind === 'digest') return ['digest.email']
  return [`${kind}.${channel}`, channel === 'email' ? 'email' : kind]
}

function formsOf(kind: MessageKind): readonly TemplateForm[] {
  const isOfGroup = kind !== 'direct-message' && kind !== 'friend-request'
  const variables = isOfGroup ? [...FACTS, ...GROUP] : FACTS
  const plain = { kinds: [kind], needs: ['title', 'body'], mayHave: [], variables } as const
  return [
    { ...plain, name: kind, channel: 'push' },
    ...CHANNELS.map((channel): TemplateForm => {
      const name = `${kind}.${channel}`
      if (channel === 'email') return mailForm(name, [kind], [...variables, ...SHOWN])
      if (channel === 'push') return { ...plain, name, channel }
      return { ...plain, name, channel, needs: ['body'], mayHave: ['title'] }
    }),
  ]
}

function mailForm(
  name: string,
  kinds: readonly TemplateKind[],
  variables: readonly string[],
): TemplateForm {
  return { ...MAIL_PARTS, name, channel: 'email', kinds, variables }
}
