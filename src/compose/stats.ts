import type { Pool } from 'pg'
import type { Logger } from 'pino'
import { type Rounds, sparingly, startRounds } from '../core/delivery/rounds.ts'
import type { StatTally } from '../core/stats/stat-tally.ts'
import { createStatStore } from '../postgres/stat-store.ts'

const FLUSH_MS = 10_000
const SAMPLE_MS = 60_000
const ROLL_UP_MS = 60_000

/** Writes down what this process has counted; the last of it when it is stopped. */
export function startCounting(pool: Pool, tally: StatTally, log: Logger): Rounds {
  const store = createStatStore(pool)
  const rounds = startRounds('stats', FLUSH_MS, flush, log)

  async function flush(): Promise<void> {
    const counted = tally.drain()
    try {
      await store.add(counted)
    } catch (error) {
      tally.putBack(counted)
      throw error
    }
  }

  return {
    async stop() {
      await rounds.stop()
      await flush().catch((err) => log.warn({ err }, 'the last counts were not written'))
    },
  }
}

/** What a sweeper does about them. */
export function startSampling(pool: Pool, log: Logger): readonly Rounds[] {
  const store = createStatStore(pool)
  const sample = sparingly(() => store.sample(Date.now()))
  return [
    startRounds('samples', SAMPLE_MS, sample, log),
    startRounds('hours', ROLL_UP_MS, () => store.rollUp(Date.now()), log),
  ]
}
