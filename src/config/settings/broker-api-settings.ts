import { BROKER_API_GENERATIONS, type BrokerApiGeneration } from '../config.ts'
import { choice } from '../kinds/choice-kinds.ts'
import { integer } from '../kinds/number-kinds.ts'
import { secret, userName } from '../kinds/text-kinds.ts'
import { brokerApiUrl } from '../kinds/url-kinds.ts'
import type { DefaultedSetting, Setting } from '../setting.ts'

export const EMQX_API_URL: Setting<string> = {
  name: 'HERALD_EMQX_API_URL',
  kind: brokerApiUrl,
  help: 'Where the management API of EMQX is: docs/broker-api.md',
  unset: 'Herald answers the broker and hears its events, but does not act on it',
}

export const EMQX_API_KEY: Setting<string> = {
  name: 'HERALD_EMQX_API_KEY',
  kind: userName,
  help: 'The API key that Herald calls EMQX with; in EMQX 4, the application id',
  unset: 'see HERALD_EMQX_API_URL',
}

export const EMQX_API_SECRET: Setting<string> = {
  name: 'HERALD_EMQX_API_SECRET',
  kind: secret({ bytesMin: 8 }),
  help: "The API key's secret",
  unset: 'see HERALD_EMQX_API_URL',
}

export const EMQX_API_GENERATION: DefaultedSetting<BrokerApiGeneration> = {
  name: 'HERALD_EMQX_API_GENERATION',
  kind: choice(BROKER_API_GENERATIONS),
  fallback: '5',
  help: 'Which API it is: 5 (of EMQX 5 and 6) or 4',
}

export const EMQX_API_CONCURRENCY: DefaultedSetting<number> = {
  name: 'HERALD_EMQX_API_CONCURRENCY',
  kind: integer({ min: 1, max: 256 }),
  fallback: 8,
  help: 'Calls to it under way at once, for each Herald',
}
