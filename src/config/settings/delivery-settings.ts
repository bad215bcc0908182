import { integer } from '../kinds/number-kinds.ts'
import { languageTag, path } from '../kinds/text-kinds.ts'
import type { DefaultedSetting, Setting } from '../setting.ts'

export const WORKER_CONCURRENCY: DefaultedSetting<number> = {
  name: 'HERALD_WORKER_CONCURRENCY',
  kind: integer({ min: 1, max: 10_000 }),
  fallback: 100,
  help: 'Calls under way at once to one provider, for each of its workers',
}

export const DELIVERY_ATTEMPTS_MAX: DefaultedSetting<number> = {
  name: 'HERALD_DELIVERY_ATTEMPTS_MAX',
  kind: integer({ min: 1, max: 100 }),
  fallback: 8,
  help: 'How often a notification is tried while its provider is unavailable',
}

export const DEFAULT_LOCALE: DefaultedSetting<string> = {
  name: 'HERALD_DEFAULT_LOCALE',
  kind: languageTag,
  fallback: 'en',
  help: 'The language of notifications to those of whom none is known',
}

export const TEMPLATES_DIR: Setting<string> = {
  name: 'HERALD_TEMPLATES_DIR',
  kind: path,
  help: 'The folder of your own templates and languages: docs/templates.md',
  unset: 'notifications are in English and Simplified Chinese, in words of ours',
}

export const STUB_FILE: Setting<string> = {
  name: 'HERALD_STUB_FILE',
  kind: path,
  help: 'Where the provider "stub", which sends nothing, writes its notifications, a line of JSON each',
  unset: 'it forgets them',
}
