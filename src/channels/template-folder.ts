import { readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { readTemplate, type Template } from './template.ts'
import type { TemplateFault } from './template-fault.ts'
import { TEMPLATE_FORMS } from './template-form.ts'

export const SHIPPED_FOLDER = join(import.meta.dirname, 'templates')

export interface FoundTemplate {
  /** As its folder is called. */
  readonly language: string
  readonly template: Template
}

export interface FolderReading {
  readonly found: readonly FoundTemplate[]
  readonly faults: readonly TemplateFault[]
}

const ENDING = '.liquid'

/** Reads `<language>/<name>.liquid`; all other files are somebody else's. */
export function readTemplateFolder(folder: string): FolderReading {
  const readings = listFiles(folder).map((file) => readFile(folder, file))
  return {
    found: readings.flatMap(({ found }) => found),
    faults: readings.flatMap(({ faults }) => faults),
  }
}

function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith(ENDING))
    .toSorted()
}

function readFile(folder: string, file: string): FolderReading {
  const path = join(folder, file)
  const refuse = (problem: string, remedy: string): FolderReading => ({
    found: [],
    faults: [{ name: path, problem, remedy }],
  })
  const language = posix.dirname(file)
  if (!isLanguage(language)) {
    return refuse('is in no folder of a language', 'put it into one that is called en, zh-Hant …')
  }
  const form = TEMPLATE_FORMS.get(posix.basename(file, ENDING))
  if (form === undefined) {
    return refuse(
      'is called as no template is',
      `names are ${[...TEMPLATE_FORMS.keys()].join(', ')}`,
    )
  }
  const { template, faults } = readTemplate(path, form, readFileSync(path, 'utf8'))
  return { found: template === undefined ? [] : [{ language, template }], faults }
}

function isLanguage(name: string): boolean {
  try {
    return Intl.getCanonicalLocales(name).length === 1 && name !== '.'
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}
