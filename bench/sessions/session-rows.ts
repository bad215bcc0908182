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

/** Also brings presence back to what the world says (`world-sql.ts`): other benches count on it. */
export async function forgetSessions(world: BenchWorld): Promise<void> {
  await world.query('truncate broker_sessions')
  await world.query(PRESENCE)
}

const PRESENCE = `
update device_presence
set is_online = substr(device_id, 7)::int % 2 = 1, connections = '[]', session_since = null,
  node = 'emqx@127.0.0.1', connected_at = timestamptz '2026-01-01', clean_start = false,
  expiry_seconds = 7200, keepalive_seconds = 60, last_seen_at = timestamptz '2026-01-02',
  disconnected_at = case when substr(device_id, 7)::int % 2 = 0 then timestamptz '2026-01-02' end
where connections <> '[]'`

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
