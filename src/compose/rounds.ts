import type { Pool, PoolClient } from 'pg'
import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import { type Rounds, sparingly, startRounds } from '../core/delivery/rounds.ts'
import type { Doorbell, Doorbells } from '../core/ports/sql.ts'
import { decideCrossed, decideOverdueAcks } from '../postgres/late-reach.ts'
import { createDatabase } from '../postgres/pool.ts'
import { sweepRequests } from '../postgres/request-sweeper.ts'
import { executorOn } from '../postgres/sql-executor.ts'
import { createSweeper } from '../postgres/sweeper.ts'
import { createTicker } from '../postgres/ticker.ts'
import { inTransaction } from '../postgres/transaction.ts'
import { createUserEraser } from '../postgres/user-eraser.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { startSampling } from './stats.ts'

const TICK_MS = 500
const LATE_MS = 1_000
const EXPIRE_MS = 5_000
const CONTENTS_MS = 60_000
const SWEEP_MS = 600_000
const PARTITIONS_MS = 3_600_000
const REQUESTS_MS = 60_000
const RETIRE_MS = 3_600_000
const ERASE_MS = 2_000

/** Messages that are decided again in one transaction. */
const LATE_MAX = 500

export interface RoundParts {
  readonly pool: Pool
  /** For what takes long. */
  readonly background: Pool
  readonly bells: Doorbells
  readonly log: Logger
  readonly metrics: Metrics
}

/** What a sweeper does over and over; any number of them share it. */
export function startSweeping(config: Config, parts: RoundParts): Rounds {
  const { pool, background, bells, log, metrics } = parts
  const ticker = createTicker(pool, bells)
  const sweeper = createSweeper(pool, { retentionMs: config.retentionMs, log })
  const eraser = createUserEraser(background, createDatabase(background), log)
  const rounds = [
    startRounds('tick', TICK_MS, () => ticker.tick(Date.now()), log),
    startRounds('expire', EXPIRE_MS, sparingly(expire), log),
    startRounds('contents', CONTENTS_MS, () => sweeper.clearContents(Date.now()), log),
    startRounds('sweep', SWEEP_MS, () => sweeper.sweep(Date.now()), log),
    startRounds('requests', REQUESTS_MS, () => requests(), log),
    startRounds('retire', RETIRE_MS, () => retire(), log),
    startRounds('partitions', PARTITIONS_MS, () => sweeper.makePartitions(Date.now()), log),
    startRounds(
      'erase',
      ERASE_MS,
      sparingly(() => eraser.erase(Date.now())),
      log,
    ),
    ...lateRounds(config, parts),
    ...startSampling(pool, log),
  ]

  async function expire(): Promise<void> {
    for (const { provider, deliveries } of await ticker.expire(Date.now())) {
      metrics.deliveries.settled(provider, 'expired', deliveries)
    }
  }

  async function requests(): Promise<void> {
    const now = Date.now()
    await sweepRequests(pool, new Date(now), new Date(now - config.retentionMs))
  }

  async function retire(): Promise<void> {
    metrics.countRetired(await sweeper.retireAddresses(Date.now(), config.addressMaxAgeMs))
  }

  return {
    async stop() {
      await Promise.all(rounds.map((round) => round.stop()))
    },
  }
}

/** What turns out to have been decided for somebody who was not there. */
function lateRounds({ late, reach }: Config, { pool, bells, log }: RoundParts): Rounds[] {
  if (!late.isOn) return []
  const { ackWithinMs } = late
  const again = (decide: (client: PoolClient, nowMs: number) => Promise<readonly Doorbell[]>) =>
    inTransaction(pool, async (client) => {
      const due = await decide(client, Date.now())
      if (due.length === 0) return
      await bells.ring(executorOn(client), due)
    })
  const crossed = () => again((client, nowMs) => decideCrossed(client, reach, nowMs, LATE_MAX))
  const rounds = [startRounds('crossed decisions', LATE_MS, crossed, log)]
  if (ackWithinMs === undefined) return rounds
  const overdue = () =>
    again((client, nowMs) => decideOverdueAcks(client, ackWithinMs, reach, nowMs, LATE_MAX))
  return [...rounds, startRounds('overdue acknowledgements', LATE_MS, overdue, log)]
}
