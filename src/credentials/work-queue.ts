/** Does a few things at once, lets some wait, and refuses the rest. */
export interface WorkQueue {
  /** Undefined, at once, where too many wait already. */
  run<Result>(work: () => Promise<Result>): Promise<Result> | undefined
}

export function createWorkQueue(limits: {
  readonly runningMax: number
  readonly waitingMax: number
}): WorkQueue {
  const waiting: (() => void)[] = []
  let running = 0

  const settle = () => {
    const next = waiting.shift()
    if (next === undefined) running--
    else next()
  }

  return {
    run(work) {
      if (running < limits.runningMax) {
        running++
        return work().finally(settle)
      }
      if (waiting.length >= limits.waitingMax) return undefined
      const turn = new Promise<void>((resolve) => waiting.push(resolve))
      return turn.then(work).finally(settle)
    },
  }
}
