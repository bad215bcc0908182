import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type { RenderedText } from '../../core/delivery/rendered-text.ts'
import { DomainError } from '../../core/domain-error.ts'
import { CHANNELS, type Channel } from '../../core/reach/reach-policy.ts'
import { read } from '../operation.ts'
import { choice, named, nullable, parameters } from '../schemas.ts'

/** What people read. Templates are files, so nothing here changes them. */
export interface TemplateRoutesOptions {
  readonly templates: {
    languages(): readonly TemplateLanguage[]
    /** In all languages that there are, unless one is asked for. */
    preview(locale: string | undefined): readonly TemplatePreview[]
  }
}

export interface TemplateLanguage {
  readonly language: string
  readonly kinds: readonly string[]
  /** Kinds that are told in another language, for want of a template. */
  readonly missing: readonly string[]
}

export interface TemplatePreview {
  readonly kind: string
  readonly sample: string
  readonly channel: Channel
  readonly locale: string
  readonly text: RenderedText | undefined
}

const Locale = Type.String({
  pattern: '^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$',
  maxLength: 35,
  examples: ['zh-CN'],
})

const TemplateLanguageBody = named(
  'TemplateLanguage',
  {
    language: Locale,
    kinds: Type.Array(Type.String(), { description: 'Of notifications, that it can tell.' }),
    missing: Type.Array(Type.String(), { description: 'Those that are told in another language.' }),
  },
  'A language that notifications are worded in.',
)

const PreviewBody = named(
  'TemplatePreview',
  {
    kind: Type.String(),
    sample: Type.String({ description: 'What is particular about it.' }),
    channel: choice(CHANNELS),
    locale: Type.String(),
    title: nullable(Type.String()),
    body: nullable(Type.String()),
    html: nullable(Type.String()),
  },
  'A sample as a person reads it; nulls where nothing is shown.',
)

const params = parameters({ language: Locale })

const querystring = parameters({
  locale: Type.Optional(Locale),
  kind: Type.Optional(Type.String({ maxLength: 32 })),
  channel: Type.Optional(choice(CHANNELS)),
})

export const templateRoutes: FastifyPluginAsyncTypebox<TemplateRoutesOptions> = async (
  app,
  { templates },
) => {
  const bodies = () =>
    templates.languages().map(({ language, kinds, missing }) => ({
      language,
      kinds: [...kinds],
      missing: [...missing],
    }))

  app.get(
    '/templates',
    read('templates', 'listTemplates', 'Lists the languages that there are templates in.', {
      response: {
        200: named(
          'TemplateLanguages',
          { items: Type.Array(TemplateLanguageBody) },
          'All of them.',
        ),
      },
    }),
    async () => ({ items: bodies() }),
  )

  app.get(
    '/templates/preview',
    read('templates', 'previewTemplates', 'Shows samples as people read them.', {
      querystring,
      response: {
        200: named('TemplatePreviews', { items: Type.Array(PreviewBody) }, 'All of them.'),
      },
    }),
    async ({ query: { locale, kind, channel } }) => ({
      items: templates
        .preview(locale)
        .filter(
          (one) => one.kind === (kind ?? one.kind) && one.channel === (channel ?? one.channel),
        )
        .map(({ text, ...sample }) => ({
          ...sample,
          title: text?.title ?? null,
          body: text?.body ?? null,
          html: text?.html ?? null,
        })),
    }),
  )

  app.get(
    '/templates/:language',
    read('templates', 'readTemplate', 'Reads what there is in a language.', {
      params,
      response: { 200: TemplateLanguageBody },
    }),
    async ({ params: { language } }) => {
      const found = bodies().find((one) => one.language.toLowerCase() === language.toLowerCase())
      if (found !== undefined) return found
      throw new DomainError('NOT_FOUND', `no templates in "${language}"`, 'language')
    },
  )
}
