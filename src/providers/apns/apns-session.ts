import type { ProviderLog } from '../provider-kind.ts'
import { type ApnsAnswer, type ApnsCall, createApnsCall } from './apns-call.ts'
import { ApnsConnection, type ConnectionEnd, type ConnectionTiming } from './apns-connection.ts'

export interface ApnsSessionOptions {
  readonly endpoint: URL
  readonly ca: string | undefined
  readonly connectionsMax: number
  readonly timing: ApnsTiming
  readonly log: ProviderLog
  readonly now: () => number
}

export interface ApnsTiming extends ConnectionTiming {
  /** After a connection that was of no use; doubles each time. */
  readonly backoffFirstMs: number
  readonly backoffMaxMs: number
}

export const APNS_TIMING: ApnsTiming = {
  connectMs: 5_000,
  pingEveryMs: 60_000,
  pingMs: 5_000,
  closeMs: 10_000,
  backoffFirstMs: 200,
  backoffMaxMs: 5_000,
}

/** The connections to one of Apple's addresses. */
export interface ApnsSession {
  /** Does not throw. `headers`: name, value, name, value. */
  post(headers: readonly string[], body: string, signal: AbortSignal): Promise<ApnsAnswer>
  /** Waits for what is under way, and takes no more. */
  close(): Promise<void>
}

const WAITING_MAX = 2_000
/** A call that was refused as often is given back. */
const ATTEMPTS_MAX = 3

export function createApnsSession(options: ApnsSessionOptions): ApnsSession {
  const { connectionsMax, timing, log, now } = options
  /** Those that take calls, or will; and those that are still there. */
  const active = new Set<ApnsConnection>()
  const existing = new Set<ApnsConnection>()
  const waiting: ApnsCall[] = []
  let isClosed = false
  let failures = 0
  let retryAt = Number.NEGATIVE_INFINITY
  let lastEnd: ConnectionEnd | undefined

  function pump(): void {
    while (waiting.length > 0) {
      const connection = connectionWithRoom()
      if (connection === undefined) break
      const call = waiting.shift()
      if (call !== undefined && !call.isSettled) connection.send(call)
    }
    if (waiting.length > 0) grow()
  }

  function connectionWithRoom(): ApnsConnection | undefined {
    for (const connection of active) if (connection.hasRoom()) return connection
    return undefined
  }

  /** Another connection, unless one is about to have room, or the last ones were of no use. */
  function grow(): void {
    for (const connection of active) if (!connection.isOfUse()) return
    if (active.size >= connectionsMax) return
    if (now() >= retryAt) open()
    else if (active.size === 0) giveBack()
  }

  function open(): void {
    const connection = new ApnsConnection(options, { room: pump, refused, ended })
    active.add(connection)
    existing.add(connection)
    void connection.closed.then(() => existing.delete(connection))
  }

  function refused(call: ApnsCall, reason: string): void {
    if (isClosed || call.attempts >= ATTEMPTS_MAX) call.settle({ kind: 'lost', reason })
    else waiting.unshift(call)
  }

  function ended(connection: ApnsConnection, end: ConnectionEnd): void {
    active.delete(connection)
    lastEnd = end
    if (isClosed) return
    log.warn({ reason: end.reason }, 'connection to APNs ended')
    failures = end.wasOfUse ? 0 : failures + 1
    retryAt = failures === 0 ? retryAt : now() + backoffMs(failures, timing)
    pump()
  }

  /** There is no connection, and it is too early to try for another. */
  function giveBack(): void {
    const reason = lastEnd?.reason ?? 'no connection'
    const kind = lastEnd?.isUntrusted === true ? 'untrusted' : 'lost'
    for (const call of waiting.splice(0)) call.settle({ kind, reason })
  }

  return {
    post(headers, body, signal) {
      if (isClosed) return Promise.resolve({ kind: 'lost', reason: 'closed' })
      if (waiting.length >= WAITING_MAX) {
        return Promise.resolve({ kind: 'lost', reason: 'too many wait for a connection' })
      }
      return new Promise((resolve) => {
        waiting.push(createApnsCall({ headers, body }, signal, resolve))
        pump()
      })
    },
    async close() {
      isClosed = true
      for (const call of waiting.splice(0)) call.settle({ kind: 'lost', reason: 'closed' })
      await Promise.all([...existing].map((connection) => connection.close()))
    },
  }
}

function backoffMs(failures: number, { backoffFirstMs, backoffMaxMs }: ApnsTiming): number {
  return Math.min(backoffMaxMs, backoffFirstMs * 2 ** (failures - 1))
}
