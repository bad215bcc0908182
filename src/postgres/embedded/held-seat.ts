import { setTimeout as delay } from 'node:timers/promises'
import type { PostgresLog } from '../postgres-log.ts'
import { reachServer } from './reach-server.ts'
import type { Seat } from './seat.ts'
import type { ServerPlan } from './server-plan.ts'

const RETRY_MS = 1000
const RETRY_MS_MAX = 30_000

/** A seat that is taken again where it is lost, and the server started again where it died. */
export class HeldSeat {
  readonly #plan: ServerPlan
  readonly #log: PostgresLog
  /** Makes a new seat what the lost one was. */
  readonly #claim: (seat: Seat) => Promise<void>
  readonly #release = new AbortController()
  readonly #held: Promise<void>
  #seat: Seat

  constructor(
    plan: ServerPlan,
    seat: Seat,
    claim: (seat: Seat) => Promise<void>,
    log: PostgresLog,
  ) {
    this.#plan = plan
    this.#claim = claim
    this.#log = log
    this.#seat = seat
    this.#held = this.#hold()
  }

  get seat(): Seat {
    return this.#seat
  }

  /** The seat as it is now, which from now on is not taken again. */
  async release(): Promise<Seat> {
    this.#release.abort()
    await this.#held
    return this.#seat
  }

  async #hold(): Promise<void> {
    const { signal } = this.#release
    const released = new Promise((resolve) => signal.addEventListener('abort', resolve))
    let waitMs = RETRY_MS
    while (!signal.aborted) {
      await Promise.race([this.#seat.lost, released])
      if (signal.aborted) return
      const isBack = await this.#retake()
      if (!isBack) await delay(waitMs, undefined, { signal }).catch(() => {})
      waitMs = isBack ? RETRY_MS : Math.min(waitMs * 2, RETRY_MS_MAX)
    }
  }

  async #retake(): Promise<boolean> {
    const { socketFolder } = this.#seat.postmaster
    try {
      const { seat, adopted } = await reachServer(this.#plan, this.#release.signal, socketFolder)
      this.#seat = seat
      await this.#claim(seat)
      const { pid: serverPid } = seat.postmaster
      this.#log.warn({ serverPid, adopted }, 'embedded PostgreSQL was lost and is back')
      return true
    } catch (err) {
      if (!this.#release.signal.aborted) this.#log.warn({ err }, 'embedded PostgreSQL is away')
      return false
    }
  }
}
