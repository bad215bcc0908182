import { CLOCKS_APART_MAX_MS, SESSIONS_MAX } from '../../../src/core/presence/forget.ts'
import type { PresenceEvent } from '../../../src/core/presence/merge-presence.ts'

/** The rules again, said of a whole set of events at once and forgetting nothing. */
export function naivePresence(events: readonly PresenceEvent[]): unknown {
  const made = [...new Set(events.flatMap(({ connectedAt }) => connectedAt ?? []))].sort(
    (a, b) => b - a,
  )
  return {
    status: peernamesOf(events).some((one) => isAlive(one, events)) ? 'online' : 'offline',
    connectedAt: made[0],
    sessionSince: made.find((at, index) => index === SESSIONS_MAX - 1 || isFresh(at, events)),
    disconnectedAt: max(hardEndsOf(events).map(({ disconnectedAt }) => disconnectedAt)),
  }
}

interface Peername {
  readonly node: string
  readonly peername: string
  readonly isOld: boolean
}

function peernamesOf(events: readonly PresenceEvent[]): readonly Peername[] {
  return [...Map.groupBy(events, ({ node, peername }) => `${node} ${peername}`).values()].flatMap(
    ([one]) =>
      one === undefined
        ? []
        : [{ node: one.node, peername: one.peername, isOld: one.generation === 'emqx4' }],
  )
}

function isAlive(one: Peername, events: readonly PresenceEvent[]): boolean {
  const isOwn = (event: PresenceEvent) =>
    event.node === one.node && (one.isOld || event.peername === one.peername)
  const own = events.filter(isOwn)
  const made = max(own.flatMap(({ connectedAt }) => connectedAt ?? []))
  if (made === undefined) return false
  const isSuperseded = events.some(
    ({ node, connectedAt = 0 }) =>
      connectedAt > made + (node === one.node || one.isOld ? 0 : CLOCKS_APART_MAX_MS),
  )
  const isClosed = hardEndsOf(own).some((end) => (end.connectedAt ?? end.disconnectedAt) >= made)
  if (isSuperseded || isClosed) return false
  const isYielded = own.some(
    (end) =>
      end.kind === 'disconnected' &&
      isYield(end.reason) &&
      (end.connectedAt ?? end.disconnectedAt) >= made,
  )
  const others = events.filter((event) => !isOwn(event))
  const isSucceeded =
    others.some(({ connectedAt = 0 }) => connectedAt >= made) ||
    hardEndsOf(others).some((end) => (end.connectedAt ?? end.disconnectedAt) >= made)
  return !isYielded || !isSucceeded
}

function isFresh(at: number, events: readonly PresenceEvent[]): boolean {
  const before = max(events.flatMap((e) => e.connectedAt ?? []).filter((other) => other < at))
  const now = events.flatMap((e) => (e.kind === 'connected' && e.connectedAt === at ? [e] : []))
  const previous = events.flatMap((e) =>
    e.kind === 'connected' && e.connectedAt === before ? [e] : [],
  )
  const isResumed =
    now.some(({ cleanStart }) => cleanStart === false) &&
    !now.some(({ cleanStart }) => cleanStart === true)
  const expiries = previous.flatMap(({ expirySeconds }) => expirySeconds ?? [])
  const expiry = Math.min(...expiries)
  if (!isResumed || before === undefined || expiries.length === 0 || expiry === 0) return true
  const alive = events.flatMap((e) => {
    if (e.kind === 'connected') return []
    if (e.connectedAt === before) return [e.disconnectedAt]
    return e.connectedAt === undefined && e.disconnectedAt <= at ? [e.disconnectedAt] : []
  })
  return at - Math.max(before, ...alive) > expiry * 1000
}

function hardEndsOf(events: readonly PresenceEvent[]) {
  return events.flatMap((event) =>
    event.kind === 'disconnected' && !isYield(event.reason) ? [event] : [],
  )
}

function isYield(reason: string): boolean {
  return ['takenover', 'discarded', 'takeovered'].includes(reason)
}

function max(times: readonly number[]): number | undefined {
  return times.length === 0 ? undefined : Math.max(...times)
}
