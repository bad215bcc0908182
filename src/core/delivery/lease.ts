import type { DeliveryLog, DeliveryStore } from '../ports/delivery-ports.ts'
import type { DeliveryKey } from './claimed-delivery.ts'

/** A worker's hold on the deliveries of one claim, which are the very objects that it was made for. */
export interface Lease {
  readonly token: string
  /** Whether a call that starts now, and takes as long as it may, ends before the lease does. */
  mayCall(key: DeliveryKey): boolean
  /** What is settled needs no lease any more. */
  drop(key: DeliveryKey): void
  /** Ends the renewals. */
  end(): Promise<void>
}

export interface LeaseParts {
  readonly store: DeliveryStore
  readonly log: DeliveryLog
  readonly now: () => number
  readonly leaseMs: number
  readonly sendTimeoutMs: number
}

/** Renewed so often that one renewal may fail. */
const RENEWALS = 5

/**
 * Keeps a claim until `end`. A worker that stood still for longer than the lease may not know it, so
 * the clock is asked before each call and not a timer.
 */
export function holdLease(
  { store, log, now, leaseMs, sendTimeoutMs }: LeaseParts,
  token: string,
  keys: readonly DeliveryKey[],
  firstEndsAt: number,
): Lease {
  // By identity: this is asked for each call, and a name would have to be put together each time.
  const held = new Set(keys)
  let endsAt = firstEndsAt
  let renewal: Promise<void> | undefined
  const timer = setInterval(() => {
    renewal ??= renew().finally(() => {
      renewal = undefined
    })
  }, leaseMs / RENEWALS)

  async function renew(): Promise<void> {
    const asked = [...held]
    const untilMs = now() + leaseMs
    try {
      const kept = new Set((await store.extend(token, asked, untilMs)).map(nameOf))
      for (const key of asked) if (!kept.has(nameOf(key))) held.delete(key)
      endsAt = untilMs
    } catch (err) {
      log.warn({ err, deliveries: asked.length }, 'lease could not be renewed')
    }
  }

  return {
    token,
    mayCall: (key) => held.has(key) && now() + sendTimeoutMs <= endsAt,
    drop: (key) => void held.delete(key),
    async end() {
      clearInterval(timer)
      await renewal
    },
  }
}

function nameOf({ day, messageId, addressId }: DeliveryKey): string {
  return `${day} ${messageId} ${addressId}`
}
