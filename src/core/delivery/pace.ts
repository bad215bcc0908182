import { setTimeout as delay } from 'node:timers/promises'

/** Spaces out the calls of one process to a provider. */
export interface Pace {
  /** Waits for the next turn; undefined where there is no need to. */
  turn(): Promise<void> | undefined
  /** So many have their turn within the time for which a stop may wait. */
  readonly claimMax: number
}

const CLAIM_SECONDS = 2

export function createPace(perSecond: number | undefined, now: () => number): Pace {
  if (perSecond === undefined) {
    return { turn: () => undefined, claimMax: Number.POSITIVE_INFINITY }
  }
  const everyMs = 1000 / perSecond
  let nextAt = 0
  return {
    claimMax: perSecond * CLAIM_SECONDS,
    turn() {
      const nowMs = now()
      const turnAt = Math.max(nextAt, nowMs)
      nextAt = turnAt + everyMs
      return turnAt > nowMs ? delay(turnAt - nowMs) : undefined
    },
  }
}
