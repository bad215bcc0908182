const WINDOW_MS = 10_000

/** The log as far as it is needed here. */
export interface LoudLog {
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type QuietLog = (level: 'warn' | 'error', message: string, fields: object) => void

/**
 * Logs the first of each kind of trouble at once and then one line in ten seconds with a count: in
 * an outage every call fails, and a line for each would be an outage of its own.
 */
export function createQuietLog(log: LoudLog, now: () => number = Date.now): QuietLog {
  const windows = new Map<string, { since: number; suppressed: number }>()
  return (level, message, fields) => {
    const window = windows.get(message)
    const at = now()
    if (window !== undefined && at - window.since < WINDOW_MS) {
      window.suppressed++
      return
    }
    const suppressed = window?.suppressed ?? 0
    windows.set(message, { since: at, suppressed: 0 })
    log[level]({ ...fields, ...(suppressed > 0 && { suppressed }) }, message)
  }
}
