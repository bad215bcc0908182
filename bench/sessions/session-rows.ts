import { setTimeout as pause } from 'node:timers/promises'
import type { BenchWorld } from '../world/open-world.ts'

export const API_KEY = 'herald'
export const API_SECRET = 'a-secret-of-the-api'

/** What Herald has to be told to act on a broker. */
export function actingOn(url: string): Readonly<Record<string, string>> {
  return {
    HERALD_ROLES: 'hooks,broker',
    HERALD_EMQX_API_URL: url,
    HERALD_EMQX_API_KEY: API_KEY,
    HERALD_EMQX_API_SECRET: API_SECRET,
    HERALD_EMQX_SWEEP_INTERVAL: '24h',
  }
}

export async function forgetSessions(world: BenchWorld): Promise<void> {
  await world.query('truncate broker_sessions')
}

const LOOK_MS = 50

/** Resolves when so many sessions are known and nothing is to be done about any. */
export async function sessionsSettled(
  world: BenchWorld,
  sessions: number,
  limitMs: number,
): Promise<void> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const [row] = await world.query<{ known: number; due: number }>(
      `select count(*) filter (where held is not null)::int as known, count(due_at)::int as due
      from broker_sessions`,
    )
    if (row !== undefined && row.known >= sessions && row.due === 0) return
    if (performance.now() > deadline) {
      throw new Error(`${row?.known} of ${sessions} sessions are known, ${row?.due} are due`)
    }
    await pause(LOOK_MS)
  }
}
