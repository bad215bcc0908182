import type { Channel, ReachPolicy } from '../../core/reach/reach-policy.ts'
import { iso } from './message-rows.ts'

/** The parameters that all statements of reach share, $2 to $8; $1 is what they are about. */
export const NOW = '$2::timestamptz'
export const DEVICES = '$3::text'
export const DESKTOP_DELAY = '$4::interval'
export const GRACE = '$5::interval'
export const LADDERS = '$6::json'
export const QUIET_SPREAD_MS = '$7::integer'
export const COALESCE = '$8::interval'

/** Postgres can't tell the type of a parameter that is not needed, so each is named once. */
export const POLICY = `
policy as (select ${[NOW, DEVICES, DESKTOP_DELAY, GRACE, LADDERS, QUIET_SPREAD_MS, COALESCE].join(', ')})`

/** Their values, in that order. */
export function policyValues(policy: ReachPolicy, nowMs: number): readonly unknown[] {
  return [
    iso(nowMs),
    policy.devices,
    milliseconds(policy.desktopDelayMs),
    milliseconds(policy.presenceGraceMs),
    ladderRows(policy),
    policy.quietSpreadMs,
    milliseconds(policy.coalesceMs),
  ]
}

export const LADDER_COLUMNS = `kind text, push_step smallint, push_after interval,
  sms_step smallint, sms_after interval, email_step smallint, email_after interval, email_gather interval`

/** A row for each kind of message. */
function ladderRows({ ladders, digestMs }: ReachPolicy): string {
  const rows = Object.entries(ladders).map(([kind, ladder]) => {
    const columns = (channel: Channel) => {
      const step = ladder.findIndex((one) => one.channel === channel)
      const after = ladder[step]?.afterMs
      return after === undefined
        ? {}
        : { [`${channel}_step`]: step, [`${channel}_after`]: milliseconds(after) }
    }
    const email_gather = milliseconds(digestMs)
    return { kind, ...columns('push'), ...columns('sms'), ...columns('email'), email_gather }
  })
  return JSON.stringify(rows)
}

function milliseconds(ms: number): string {
  return `${ms} milliseconds`
}
