/** Time as the broker sees it. Tests pass one that they move by hand. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  /** Runs `work` once, `ms` from now; the function returned calls it off. */
  after(ms: number, work: () => void): CallOff
}

export type CallOff = () => void

/** setTimeout takes no more than this; beyond it, it fires at once. */
const TIMEOUT_MS_MAX = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, work) {
    const due = Date.now() + ms
    let timer: NodeJS.Timeout
    const wait = () => {
      const left = Math.max(0, due - Date.now())
      timer = left > TIMEOUT_MS_MAX ? setTimeout(wait, TIMEOUT_MS_MAX) : setTimeout(work, left)
    }
    wait()
    return () => clearTimeout(timer)
  },
}

/** A clock whose timers can all be called off together, when its broker closes. */
export interface Timers extends Clock {
  callOffAll(): void
}

export function createTimers(clock: Clock): Timers {
  const pending = new Set<CallOff>()
  return {
    now: () => clock.now(),
    after(ms, work) {
      const callOff = clock.after(ms, () => {
        pending.delete(callOff)
        work()
      })
      pending.add(callOff)
      return () => {
        pending.delete(callOff)
        callOff()
      }
    },
    callOffAll() {
      for (const callOff of pending) callOff()
      pending.clear()
    },
  }
}
