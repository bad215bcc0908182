/** What requests that are not yet answered may take up together. */
export interface HoldingsMax {
  readonly requests: number
  /** Of bodies; what is made of them takes a few times as much. */
  readonly bytes: number
}

export const EVENT_HOLDINGS_MAX: HoldingsMax = { requests: 10_000, bytes: 67_108_864 }

/** Keeps count of what requests hold, so that a broker can't fill the memory. */
export interface EventHoldings {
  /** Whether there is room for a request with a body of so many bytes; it is taken, then. */
  hold(bytes: number): boolean
  release(bytes: number): void
}

export function createEventHoldings(max: HoldingsMax): EventHoldings {
  let requests = 0
  let held = 0
  return {
    hold(bytes) {
      if (requests >= max.requests || held + bytes > max.bytes) return false
      requests++
      held += bytes
      return true
    },
    release(bytes) {
      requests--
      held -= bytes
    },
  }
}
