import { languageChain } from './language-chain.ts'
import type { Template } from './template.ts'
import type { FoundTemplate } from './template-folder.ts'

/** All templates, by language. */
export interface TemplateShelf {
  /** The first of `names` in the best language for `locale`, or else in the default one. */
  find(locale: string | undefined, names: readonly string[]): Template
  /** The same of those that Herald brings along. */
  findShipped(locale: string | undefined, names: readonly string[]): Template
  /** Whether `locale` needs no other language for it. */
  speaks(locale: string, names: readonly string[]): boolean
  /** Languages with a folder, as it is called. */
  readonly languages: readonly string[]
}

export interface ShelfParts {
  readonly shipped: readonly FoundTemplate[]
  /** Stand before those that are shipped. */
  readonly own: readonly FoundTemplate[]
  readonly defaultLocale: string
}

/** What Herald has all templates in. */
const LAST_LANGUAGE = 'en'

/** Locales come from devices, so there may be any number. */
const REMEMBERED_MAX = 10_000

export function createTemplateShelf({ shipped, own, defaultLocale }: ShelfParts): TemplateShelf {
  const all = [...shipped, ...own]
  const keys = new Set(all.map(keyOf))
  return {
    find: finder(all, defaultLocale),
    findShipped: finder(shipped, defaultLocale),
    speaks: (locale, names) => keysOf(languageChain(locale), names).some((key) => keys.has(key)),
    languages: [...new Set(all.map(({ language }) => language))].toSorted(),
  }
}

function keyOf({ language, template }: FoundTemplate): string {
  return `${language.toLowerCase()}/${template.form.name}`
}

/** Of two languages the better one has the say, of two names the more particular. */
function keysOf(languages: readonly string[], names: readonly string[]): readonly string[] {
  return languages.flatMap((language) => names.map((name) => `${language}/${name}`))
}

function finder(found: readonly FoundTemplate[], defaultLocale: string): TemplateShelf['find'] {
  const byKey = new Map(found.map((one) => [keyOf(one), one.template]))
  const remembered = new Map<string, Template>()
  const last = [...languageChain(defaultLocale), LAST_LANGUAGE]

  function look(locale: string | undefined, names: readonly string[]): Template {
    const languages = [...(locale === undefined ? [] : languageChain(locale)), ...last]
    const template = keysOf(languages, names)
      .map((key) => byKey.get(key))
      .find((one) => one !== undefined)
    if (template === undefined) throw new Error(`there is no template ${names.join(' or ')}`)
    return template
  }

  return (locale, names) => {
    const key = `${locale ?? ''}/${names[0]}`
    const known = remembered.get(key)
    if (known !== undefined) return known
    if (remembered.size >= REMEMBERED_MAX) remembered.clear()
    const template = look(locale, names)
    remembered.set(key, template)
    return template
  }
}
