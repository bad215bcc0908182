/** A signal that comes so soon after the first is the same Ctrl-C: the terminal and npm both send one. */
const SAME_MS = 1_000

/**
 * Resolves with the first SIGINT or SIGTERM. Later ones do not kill the process while it drains,
 * unless somebody has lost patience and asks again.
 */
export function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let firstAt: number | undefined
    const onSignal = (signal: NodeJS.Signals) => {
      firstAt ??= performance.now()
      if (performance.now() - firstAt > SAME_MS) process.exit(EXIT_CODES[signal])
      resolve(signal)
    }
    process.on('SIGINT', onSignal)
    process.on('SIGTERM', onSignal)
  })
}

/** 128 and the signal's number, as a shell has it. */
const EXIT_CODES: Partial<Record<NodeJS.Signals, number>> = { SIGINT: 130, SIGTERM: 143 }
