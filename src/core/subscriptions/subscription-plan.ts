import { covers } from '../access/topic-filter.ts'

/** What is asked of the broker about one session. */
export interface SubscriptionPlan {
  readonly subscribe: readonly string[]
  readonly unsubscribe: readonly string[]
}

/** From what the session has by our doing to what it has to have. */
export function planFromHeld(
  held: readonly string[],
  desired: readonly string[],
): SubscriptionPlan {
  const has = new Set(held)
  const wants = new Set(desired)
  return {
    subscribe: desired.filter((filter) => !has.has(filter)),
    unsubscribe: held.filter((filter) => !wants.has(filter)),
  }
}

/** What a session has beyond what it has to have, because its client has asked for it or we have once. */
export interface Surplus {
  /** Part of what is desired: it would bring messages twice. */
  readonly covered: readonly string[]
  /** Stays where the user may have it. */
  readonly open: readonly string[]
}

export function surplusOf(actual: readonly string[], desired: readonly string[]): Surplus {
  const wants = new Set(desired)
  const levels = desired.map((filter) => filter.split('/'))
  const others = actual.filter((filter) => !wants.has(filter))
  const isCovered = (filter: string) => levels.some((wide) => covers(wide, filter.split('/')))
  return {
    covered: others.filter(isCovered),
    open: others.filter((filter) => !isCovered(filter)),
  }
}
