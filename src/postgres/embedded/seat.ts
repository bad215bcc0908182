import { Client } from 'pg'
import type { SocketAddress } from '../address.ts'
import { errorCode } from '../error-code.ts'
import { SUPERUSER } from './data-folder.ts'
import { type Postmaster, readPostmaster } from './postmaster-file.ts'

// Advisory locks in the server's database "postgres", where nobody else takes any.
const OWNER_LOCK = 1
const USER_LOCK = 2

/** A Herald that was just killed gets this long to be gone. */
const OWNER_WAIT_MS = 2000

/** A connection of ours to a live server. Who sits on the last one may stop the server. */
export interface Seat {
  readonly postmaster: Postmaster
  readonly client: Client
}

/** Undefined where no server answers, or the one that does is about to stop. */
export async function takeSeat(cluster: string): Promise<Seat | undefined> {
  const postmaster = await readPostmaster(cluster)
  if (postmaster === undefined) return undefined
  const client = new Client(socketAddress(postmaster, SUPERUSER, 'postgres'))
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared($1)', [USER_LOCK])
    return { postmaster, client }
  } catch (error) {
    await client.end().catch(() => {})
    if (AWAY.has(errorCode(error) ?? '')) return undefined
    throw error
  }
}

/** No socket, nobody behind it, starting, stopping, stopped under our hands. */
const AWAY = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', '57P01', '57P02', '57P03'])

export function socketAddress(
  { socketFolder, port }: Postmaster,
  user: string,
  database: string,
): SocketAddress {
  return { host: socketFolder, port, user, database, ssl: false }
}

/** Whether the folder is now this process' own; false where another Herald owns it. */
export async function ownFolder({ client }: Seat): Promise<boolean> {
  try {
    await client.query(`set lock_timeout = ${OWNER_WAIT_MS}`)
    await client.query('select pg_advisory_lock($1)', [OWNER_LOCK])
    return true
  } catch (error) {
    if (errorCode(error) === LOCK_NOT_AVAILABLE) return false
    throw error
  }
}

const LOCK_NOT_AVAILABLE = '55P03'

/** Gives up the seat; true where nobody else has one, and nobody can take one any more. */
export async function isLastToLeave({ client }: Seat): Promise<boolean> {
  await client.query('select pg_advisory_unlock_all()')
  const { rows } = await client.query<{ last: boolean }>(
    'select pg_try_advisory_lock($1) as last',
    [USER_LOCK],
  )
  return rows[0]?.last === true
}
