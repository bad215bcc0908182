/** How a delivery ends that reaches nobody. */
export const DEAD_STATES = ['failed', 'expired', 'withdrawn'] as const
export type DeadState = (typeof DEAD_STATES)[number]

/** Those of which somebody may think better; what was withdrawn is not wanted. */
export const MENDABLE_STATES = ['failed', 'expired'] as const satisfies readonly DeadState[]
export type MendableState = (typeof MENDABLE_STATES)[number]

/** Why a delivery is withdrawn that somebody has discarded. */
export const DISCARD_REASONS = { discarded: 'somebody has given it up' } as const

/** Deliveries in one transaction. */
export const MENDED_MAX = 5_000
