import type { BrokerApiConfig } from './config.ts'
import type { SettingReader } from './setting-reader.ts'
import * as api from './settings/broker-api-settings.ts'

const NEEDED = [api.EMQX_API_URL, api.EMQX_API_KEY, api.EMQX_API_SECRET]

/** How the broker is called; undefined where nobody said so. All of it or nothing. */
export function readBrokerApi(reader: SettingReader): BrokerApiConfig | undefined {
  const url = reader.optional(api.EMQX_API_URL)
  const key = reader.optional(api.EMQX_API_KEY)
  const secret = reader.optional(api.EMQX_API_SECRET)
  const generation = reader.value(api.EMQX_API_GENERATION)
  const concurrency = reader.value(api.EMQX_API_CONCURRENCY)
  const given = NEEDED.filter((setting) => reader.isGiven(setting)).map(({ name }) => name)
  for (const setting of NEEDED) {
    if (given.length === 0 || reader.isGiven(setting)) continue
    const problem = `is not set, though ${given.join(' and ')} ${given.length > 1 ? 'are' : 'is'}`
    reader.fault(setting, problem, 'set it, or none of them')
  }
  if (url === undefined || key === undefined || secret === undefined) return undefined
  return { url, key, secret, generation, concurrency }
}
