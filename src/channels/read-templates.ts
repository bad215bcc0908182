import { languageChain } from './language-chain.ts'
import { proveTemplate } from './prove-template.ts'
import type { TemplateFault } from './template-fault.ts'
import { type FolderReading, readTemplateFolder, SHIPPED_FOLDER } from './template-folder.ts'
import { createTemplateShelf, type TemplateShelf } from './template-shelf.ts'

export interface TemplateSources {
  /** The company's own; undefined: there are none. */
  readonly folder: string | undefined
  /** For those of whom no language is known. */
  readonly defaultLocale: string
}

export interface TemplatesReading {
  /** Without those that have faults. */
  readonly shelf: TemplateShelf
  readonly faults: readonly TemplateFault[]
}

/** Reads all templates and tries them on samples, so that what is wrong is known before it is needed. */
export function readTemplates({ folder, defaultLocale }: TemplateSources): TemplatesReading {
  const shipped = readTemplateFolder(SHIPPED_FOLDER)
  const own = folder === undefined ? NOTHING : readOwn(folder)
  const shelf = createTemplateShelf({ shipped: shipped.found, own: own.found, defaultLocale })
  const faults = [shipped, own].flatMap((reading) => [
    ...reading.faults,
    ...reading.found.flatMap(({ template }) => proveTemplate(template)),
  ])
  return { shelf, faults: [...faults, ...speechless(shelf, defaultLocale)] }
}

const NOTHING: FolderReading = { found: [], faults: [] }

function readOwn(folder: string): FolderReading {
  try {
    return readTemplateFolder(folder)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    const remedy = 'correct HERALD_TEMPLATES_DIR, or let Herald read it'
    return { found: [], faults: [{ name: folder, problem: `can't be read (${why})`, remedy }] }
  }
}

function speechless({ languages }: TemplateShelf, locale: string): readonly TemplateFault[] {
  const chain = languageChain(locale)
  if (languages.some((language) => chain.includes(language.toLowerCase()))) return []
  const problem = `is ${locale}, in which there are no templates, only in ${languages.join(', ')}`
  const remedy = 'take one of these, or add its folder to HERALD_TEMPLATES_DIR'
  return [{ name: 'HERALD_DEFAULT_LOCALE', problem, remedy }]
}
