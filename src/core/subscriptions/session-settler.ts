import type { DeliveryLog } from '../ports/delivery-ports.ts'
import type { SessionSettlement } from '../ports/session-ports.ts'

/** Writes what has become of sessions: at once, and what comes while it writes with the next. */
export interface Settler {
  put(settlement: SessionSettlement): void
  /** Resolves when all is written. */
  end(): Promise<void>
}

export function createSettler(
  write: (settlements: readonly SessionSettlement[]) => Promise<void>,
  log: Pick<DeliveryLog, 'warn'>,
): Settler {
  let pending: SessionSettlement[] = []
  let writing: Promise<void> | undefined

  async function writeAll(): Promise<void> {
    while (pending.length > 0) {
      const settlements = pending
      pending = []
      try {
        await write(settlements)
      } catch (err) {
        // Their lease passes, and they are done again: what is done twice does no harm.
        log.warn({ err, sessions: settlements.length }, 'tended sessions could not be written')
      }
    }
    writing = undefined
  }

  return {
    put(settlement) {
      pending.push(settlement)
      writing ??= writeAll()
    },
    end: async () => await writing,
  }
}
