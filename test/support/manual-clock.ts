import type { Clock } from '../../demo/broker/clock.ts'

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** Moves time on; what falls due on the way runs at its own time, in order. */
  advance(ms: number): void
  /** Resolves when somebody next asks to be woken after so long. */
  asked(ms: number): Promise<void>
}

interface Timer {
  readonly due: number
  readonly work: () => void
}

export function createManualClock(start = Date.UTC(2026, 10, 23)): ManualClock {
  const timers = new Set<Timer>()
  const watchers = new Map<number, () => void>()
  let now = start

  function nextUntil(end: number): Timer | undefined {
    const due = [...timers].filter((timer) => timer.due <= end)
    return due.sort((a, b) => a.due - b.due)[0]
  }

  return {
    now: () => now,
    after(ms, work) {
      const timer = { due: now + ms, work }
      timers.add(timer)
      watchers.get(ms)?.()
      watchers.delete(ms)
      return () => timers.delete(timer)
    },
    advance(ms) {
      const end = now + ms
      for (let timer = nextUntil(end); timer !== undefined; timer = nextUntil(end)) {
        timers.delete(timer)
        now = Math.max(now, timer.due)
        timer.work()
      }
      now = end
    },
    asked: (ms) => new Promise((resolve) => watchers.set(ms, resolve)),
  }
}
