import type { Pool } from 'pg'
import type { Circuit, CircuitStore } from '../core/ports/delivery-ports.ts'

const FIND = `
select (extract(epoch from opened_at) * 1000)::float8 as "openedAt",
  (extract(epoch from probe_at) * 1000)::float8 as "probeAt", reason
from provider_circuits
where provider = $1`

const OPEN = `
insert into provider_circuits (provider, opened_at, probe_at, reason)
values ($1, to_timestamp($2 / 1000.0), to_timestamp($3 / 1000.0), $4)
on conflict (provider) do update
set probe_at = greatest(provider_circuits.probe_at, excluded.probe_at), reason = excluded.reason`

/** Whoever moves the time may try. */
const TAKE_PROBE = `
update provider_circuits
set probe_at = to_timestamp($3 / 1000.0)
where provider = $1 and probe_at <= to_timestamp($2 / 1000.0)`

const HURRY = `
update provider_circuits
set probe_at = least(probe_at, to_timestamp($2 / 1000.0))
where provider = $1`

export function createCircuitStore(pool: Pool): CircuitStore {
  return {
    async find(provider) {
      const { rows } = await pool.query<Circuit>({
        name: 'find-circuit',
        text: FIND,
        values: [provider],
      })
      return rows[0]
    },

    async open(provider, { openedAt, probeAt, reason }) {
      await pool.query(OPEN, [provider, openedAt, probeAt, reason])
    },

    async takeProbe(provider, { probeAt }, nextProbeAt) {
      // Microseconds of the column are no part of a double.
      const { rowCount } = await pool.query(TAKE_PROBE, [provider, probeAt + 1, nextProbeAt])
      return rowCount === 1
    },

    async hurry(provider, nowMs) {
      await pool.query(HURRY, [provider, nowMs])
    },

    async close(provider) {
      await pool.query('delete from provider_circuits where provider = $1', [provider])
    },
  }
}
