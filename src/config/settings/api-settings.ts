import { CHANNELS, type Channel } from '../../core/reach/reach-policy.ts'
import { choice, list } from '../kinds/choice-kinds.ts'
import { integer } from '../kinds/number-kinds.ts'
import { apiKey } from '../kinds/text-kinds.ts'
import type { DefaultedSetting, Setting } from '../setting.ts'

export const BOOTSTRAP_KEY: Setting<string> = {
  name: 'HERALD_BOOTSTRAP_KEY',
  kind: apiKey,
  help: 'An admin key to the REST API that is made at the start, for set-ups in which nobody can run a command',
  unset: 'the first key comes from: herald key create',
}

export const API_RATE_LIMIT: DefaultedSetting<number> = {
  name: 'HERALD_API_RATE_LIMIT',
  kind: integer({ min: 1, max: 10_000_000 }),
  fallback: 60_000,
  help: 'Requests to the REST API that one key may make in a minute, at each process',
}

export const API_DEVICE_RATE_LIMIT: DefaultedSetting<number> = {
  name: 'HERALD_API_DEVICE_RATE_LIMIT',
  kind: integer({ min: 1, max: 10_000_000 }),
  fallback: 600,
  help: 'Requests under /v1/me that one device may make in a minute, at each process',
}

export const API_OWN_CHANNELS: DefaultedSetting<readonly Channel[]> = {
  name: 'HERALD_API_OWN_CHANNELS',
  kind: list(choice(CHANNELS), 'channel'),
  fallback: ['push'],
  help: 'What apps may register addresses of under /v1/me; Herald does not find out whether a mailbox or number is its user’s',
}
