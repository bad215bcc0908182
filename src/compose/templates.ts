import type { Logger } from 'pino'
import { readTemplates, type TemplatesReading } from '../channels/read-templates.ts'
import { SAMPLES } from '../channels/samples.ts'
import { TEMPLATE_KINDS, templateNames } from '../channels/template-form.ts'
import type { TemplateShelf } from '../channels/template-shelf.ts'
import { createWords } from '../channels/words.ts'
import type { TemplateLanguage, TemplatePreview } from '../cli/doors.ts'
import type { Config } from '../config/config.ts'
import { ConfigFaults } from '../config/config-faults.ts'
import type { RenderText } from '../core/delivery/rendered-text.ts'
import { CHANNELS, type Channel } from '../core/reach/reach-policy.ts'

export function examineTemplates({ delivery }: Config): TemplatesReading {
  return readTemplates({ folder: delivery.templatesDir, defaultLocale: delivery.locale })
}

/** Throws `ConfigFaults`. */
export function loadTemplates(config: Config): TemplateShelf {
  const { shelf, faults } = examineTemplates(config)
  if (faults.length > 0) throw new ConfigFaults(faults)
  return shelf
}

export function composeRender(shelf: TemplateShelf, log: Logger): RenderText {
  const onFailure = (path: string, error: unknown) =>
    log.warn({ err: error, template: path }, 'a template failed, and words of ours were sent')
  return createWords({ shelf, onFailure }).render
}

/** All samples on all channels that they take; in all languages, unless one is asked for. */
export function previewTemplates(
  shelf: TemplateShelf,
  locale: string | undefined,
  log: Logger,
): readonly TemplatePreview[] {
  const render = composeRender(shelf, log)
  const locales = locale === undefined ? shelf.languages : [locale]
  return SAMPLES.flatMap(({ kind, what, notification }) =>
    (CHANNELS_OF[kind] ?? CHANNELS).flatMap((channel) =>
      locales.map((one) => {
        const text = render({ ...notification, locale: one }, channel)
        return { kind, sample: what, channel, locale: one, text }
      }),
    ),
  )
}

const CHANNELS_OF: Readonly<Record<string, readonly Channel[]>> = {
  clear: ['push'],
  digest: ['email'],
}

export function templateLanguages(shelf: TemplateShelf): readonly TemplateLanguage[] {
  return shelf.languages.map((language) => ({
    language,
    missing: TEMPLATE_KINDS.filter((kind) => !shelf.speaks(language, templateNames(kind, 'push'))),
  }))
}
