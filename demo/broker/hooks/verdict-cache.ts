import type { Clock } from '../clock.ts'
import { topicMatches } from '../routing/topics.ts'
import type { TopicAction } from './body-template.ts'

export interface CacheOptions {
  /** Verdicts kept for one connection. */
  readonly max: number
  readonly ttlMs: number
  /** Filters whose topics are always asked about. */
  readonly excludes: readonly string[]
}

/** EMQX's defaults. */
export const CACHE_DEFAULTS: CacheOptions = { max: 32, ttlMs: 60_000, excludes: [] }

/** The topic verdicts of one connection; EMQX's `authorization.cache`. */
export interface VerdictCache {
  get(asked: TopicAction): 'allow' | 'deny' | undefined
  put(asked: TopicAction, verdict: 'allow' | 'deny'): void
  clear(): void
}

/** No cache at all. */
const NO_CACHE: VerdictCache = { get: () => undefined, put: () => {}, clear: () => {} }

export function createVerdictCache(options: CacheOptions | 'off', clock: Clock): VerdictCache {
  if (options === 'off') return NO_CACHE
  const verdicts = new Map<string, { verdict: 'allow' | 'deny'; since: number }>()
  const isExcluded = ({ topic }: TopicAction) =>
    options.excludes.some((filter) => topicMatches(topic, filter))

  return {
    get(asked) {
      const known = verdicts.get(keyOf(asked))
      if (known === undefined) return undefined
      return clock.now() - known.since < options.ttlMs ? known.verdict : undefined
    },
    put(asked, verdict) {
      if (isExcluded(asked)) return
      const key = keyOf(asked)
      verdicts.delete(key)
      const oldest = verdicts.keys().next()
      if (verdicts.size >= options.max && !oldest.done) verdicts.delete(oldest.value)
      verdicts.set(key, { verdict, since: clock.now() })
    },
    clear: () => verdicts.clear(),
  }
}

/** A SUBSCRIBE has no retain flag, so it plays no part in its key. */
function keyOf({ action, qos, retain, topic }: TopicAction): string {
  return `${action} ${qos} ${action === 'publish' && retain} ${topic}`
}
