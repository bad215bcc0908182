import type { DeliveryLog } from '../ports/delivery-ports.ts'

/** Something that is done over and over. */
export interface Rounds {
  /** Waits for the round under way. */
  stop(): Promise<void>
}

/**
 * Does `work` now and then every `everyMs`, never twice at once. What goes wrong is told to the log,
 * and the next round tries again.
 */
export function startRounds(
  name: string,
  everyMs: number,
  work: () => Promise<unknown>,
  log: Pick<DeliveryLog, 'warn'>,
): Rounds {
  let underWay: Promise<void> | undefined
  const round = () => {
    underWay ??= attempt().finally(() => {
      underWay = undefined
    })
  }

  async function attempt(): Promise<void> {
    try {
      await work()
    } catch (err) {
      log.warn({ err, round: name }, 'round failed')
    }
  }

  const timer = setInterval(round, everyMs)
  round()
  return {
    async stop() {
      clearInterval(timer)
      await underWay
    },
  }
}

/** Long work is done once in so many times its own duration. */
const PAUSE_TIMES = 20

/** The same work, left out after a long time of it: what has grown must not keep Postgres busy. */
export function sparingly(
  work: () => Promise<unknown>,
  clock: () => number = () => performance.now(),
): () => Promise<void> {
  let notBefore = Number.NEGATIVE_INFINITY
  return async () => {
    const startedAt = clock()
    if (startedAt < notBefore) return
    try {
      await work()
    } finally {
      const endedAt = clock()
      notBefore = endedAt + PAUSE_TIMES * (endedAt - startedAt)
    }
  }
}
