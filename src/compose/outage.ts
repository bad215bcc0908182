import type { Logger } from 'pino'
import type { HookMeter } from '../core/ports/hook-ports.ts'
import type { CacheClearing } from '../core/ports/session-ports.ts'

/** Notices questions that could not be decided: the broker remembers its refusal longer than that lasts. */
export interface OutageWatch {
  readonly meter: HookMeter
  stop(): void
}

/** So many refusals of an outage are one, and its end is waited for. */
const AFTER_MS = 5_000

export function watchOutages(
  meter: HookMeter,
  caches: Pick<CacheClearing, 'want'>,
  log: Logger,
): OutageWatch {
  let timer: NodeJS.Timeout | undefined

  async function clear(): Promise<void> {
    try {
      await caches.want()
      timer = undefined
    } catch (err) {
      log.warn({ err }, 'verdicts of an outage can not be cleared yet')
      timer = setTimeout(clear, AFTER_MS)
    }
  }

  return {
    meter: {
      answered(dialect, question, verdict, durationMs, reason) {
        if (verdict === 'unavailable') timer ??= setTimeout(clear, AFTER_MS)
        meter.answered(dialect, question, verdict, durationMs, reason)
      },
    },
    stop: () => clearTimeout(timer),
  }
}
