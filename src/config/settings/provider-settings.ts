import { duration } from '../kinds/number-kinds.ts'
import { path, secret } from '../kinds/text-kinds.ts'
import { publicUrl } from '../kinds/url-kinds.ts'
import type { DefaultedSetting, Setting } from '../setting.ts'

const DAY = 86_400_000

export const PROVIDERS_FILE: Setting<string> = {
  name: 'HERALD_PROVIDERS_FILE',
  kind: path,
  help: 'The JSON file that says who carries notifications: docs/providers/README.md',
  unset: 'there is only the provider "stub", which sends nothing',
}

export const PUBLIC_URL: Setting<string> = {
  name: 'HERALD_PUBLIC_URL',
  kind: publicUrl,
  help: 'Where providers and readers of e-mail reach this Herald from outside',
  unset: 'nobody does, and nothing that is sent leads here',
}

export const LINK_SECRET: Setting<string> = {
  name: 'HERALD_LINK_SECRET',
  kind: secret({ bytesMin: 32 }),
  help: 'What links in e-mails are signed with, so that only those work that Herald has made',
  unset: 'e-mails have no link to unsubscribe by',
}

export const ADDRESS_MAX_AGE: DefaultedSetting<number> = {
  name: 'HERALD_ADDRESS_MAX_AGE',
  kind: duration({ min: DAY, max: 36_500 * DAY }),
  fallback: 270 * DAY,
  help: 'How long an address is kept that was neither registered again nor reached',
}
