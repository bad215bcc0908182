import { Client } from 'pg'
import type { PostgresAddress } from './address.ts'
import type { PostgresLog } from './postgres-log.ts'

/** Hears what is rung in transactions, on a connection of its own. */
export interface BellListener {
  close(): Promise<void>
}

const AGAIN_MS = 1_000

/**
 * Calls `onBell` for each ring of `channel`, which is a name and not a value. Rings are lost while the
 * connection is: whoever listens looks by itself as well, now and then.
 */
export function listenTo(
  channel: string,
  onBell: () => void,
  address: PostgresAddress,
  log: PostgresLog,
): BellListener {
  let client: Client | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false
  let opening = open()

  async function open(): Promise<void> {
    const next = new Client({ ...address, application_name: 'herald-bells', keepAlive: true })
    client = next
    next.on('notification', onBell)
    next.on('error', () => {})
    next.once('end', again)
    try {
      await next.connect()
      await next.query(`listen ${channel}`)
      onBell()
    } catch (err) {
      log.warn({ err: err instanceof Error ? err.message : err, channel }, 'bells can not be heard')
      await next.end().catch(() => {})
      again()
    }
  }

  function again(): void {
    if (isClosed || timer !== undefined) return
    timer = setTimeout(() => {
      timer = undefined
      opening = open()
    }, AGAIN_MS)
  }

  return {
    async close() {
      isClosed = true
      clearTimeout(timer)
      await opening
      await client?.end().catch(() => {})
    },
  }
}
