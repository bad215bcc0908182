import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { Drift } from '../core/repair/drift.ts'
import { createListing, sweepBroker } from '../core/repair/sweep-broker.ts'
import { StartFault } from '../core/start-fault.ts'
import { createSweepStore } from '../postgres/sweep-store.ts'
import { composeBrokerControl } from './broker-control.ts'

const CALL_MS = 10_000

export interface DriftParts {
  readonly config: Config
  readonly pool: Pool
  readonly log: Logger
}

/** What a sweep would find, mended by nobody. */
export async function readDrift({ config, pool, log }: DriftParts): Promise<readonly Drift[]> {
  const control = composeBrokerControl(config, log)
  if (control === undefined) {
    throw new StartFault('Herald is not told where the broker’s API is: set HERALD_EMQX_API_URL.')
  }
  try {
    const answer = await control.capabilities(AbortSignal.timeout(CALL_MS))
    if (answer.kind !== 'done') throw new StartFault(`The broker’s API: ${wordsOf(answer)}.`)
    const sweep = await createSweepStore(pool).begin()
    if (sweep === undefined) throw new StartFault('A sweep is under way: try again in a moment.')
    try {
      const found: Drift[] = []
      const { generation } = answer.value
      const parts = { control, generation, now: Date.now, settleMs: 0 }
      const isWhole = await sweepBroker(parts, sweep, createListing(found))
      if (!isWhole) throw new StartFault('The broker did not list all of its clients: try again.')
      return found
    } finally {
      await sweep.end()
    }
  } finally {
    await control.close()
  }
}

function wordsOf(answer: { readonly kind: string; readonly reason?: string }): string {
  return answer.reason ?? answer.kind
}
