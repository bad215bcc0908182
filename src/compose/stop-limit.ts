import type { Logger } from 'pino'

/**
 * Ends the process after `ms`, should it still run then. The questions have been answered by that
 * time; but a Postgres that hangs says no goodbye, and would be waited for without end.
 */
export function limitStop(ms: number, log: Logger): void {
  const end = () => {
    log.error('stopped before everything was closed')
    process.exit(1)
  }
  setTimeout(end, ms).unref()
}
