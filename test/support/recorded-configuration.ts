import { readFileSync } from 'node:fs'
import { type HoconValue, isObject, readHocon } from './read-hocon.ts'

/**
 * The paths of all settings that a recorded broker was started with or had in force, with `*` for names
 * that their owner gives and for places in lists.
 */
export function recordedConfiguration(version: '5.3.2' | '5.8.9'): ReadonlySet<string> {
  const folder = new URL(`../fixtures/emqx-${version}/`, import.meta.url)
  const started = readHocon(readFileSync(new URL('emqx.conf', folder), 'utf8'))
  const dumped = dumpIn(readFileSync(new URL('20_rest_api.jsonl', folder), 'utf8'))
  return new Set([...settingsOf(started), ...settingsOf(dumped), ...UNSEEN])
}

/** Neither recorded broker subscribes clients unasked. The keys are those of EMQX's API for it. */
const UNSEEN = ['topic', 'qos', 'rh', 'rap', 'nl'].map((key) => `auto_subscribe.topics.*.${key}`)

function dumpIn(lines: string): HoconValue {
  for (const line of lines.split('\n')) {
    if (line === '') continue
    const call: { readonly path?: string; readonly resp?: unknown } = JSON.parse(line)
    if (call.path === '/configs' && typeof call.resp === 'string') return readHocon(call.resp)
  }
  throw new Error('the recording has no configuration in it')
}

/** Names that their owner gives. */
const NAMED = /^((?:connectors|actions)\.http|bridges\.webhook|rule_engine\.rules)$|\.body$/

function settingsOf(value: HoconValue, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => settingsOf(one, `${path}.*`))
  if (!isObject(value)) return [path]
  return Object.entries(value).flatMap(([key, one]) => {
    const name = NAMED.test(path) ? '*' : key
    return settingsOf(one, path === '' ? name : `${path}.${name}`)
  })
}
