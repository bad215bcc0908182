import { Client } from 'pg'
import type { SocketAddress } from '../address.ts'
import { errorCode } from '../error-code.ts'
import { SUPERUSER } from './initialise.ts'
import { type Postmaster, parsePostmaster, readPostmaster } from './postmaster-file.ts'
import type { ServerPlan } from './server-plan.ts'
import { isSafe } from './socket-folder.ts'

// Advisory locks in the server's database "postgres", where nobody else takes any.
const OWNER_LOCK = 1
const SEAT_LOCK = 2

const CONNECT_MS = 10_000
/** A Herald that was just killed gets this long to be gone. */
const OWNER_WAIT_MS = 2000

/** A connection of ours to a live server. Whoever sits on the last one may stop the server. */
export interface Seat {
  readonly postmaster: Postmaster
  readonly client: Client
  /** Resolves when the connection has ended. */
  readonly lost: Promise<void>
}

/** Undefined where no server of this data folder answers, or the one that does is about to stop. */
export async function takeSeat({ cluster, account }: ServerPlan): Promise<Seat | undefined> {
  const left = await readPostmaster(cluster)
  if (left === undefined) return undefined
  if (!(await isSafe(left.socketFolder, cluster, account))) return undefined
  const client = new Client({
    ...socketAddress(left, SUPERUSER, 'postgres'),
    application_name: 'herald seat',
    connectionTimeoutMillis: CONNECT_MS,
  })
  client.on('error', () => {})
  const lost = new Promise<void>((resolve) => client.once('end', resolve))
  try {
    await client.connect()
    await client.query('select pg_advisory_lock_shared($1)', [SEAT_LOCK])
    const postmaster = await askPostmaster(client)
    if (postmaster?.cluster === cluster) return { postmaster, client, lost }
  } catch (error) {
    if (!isAway(error)) throw error
  }
  await client.end().catch(() => {})
  return undefined
}

/**
 * The file as the server itself finds it in its folder. What we read before may have been that of a
 * server which stopped since, or, in a copied folder, that of the original's.
 */
async function askPostmaster(client: Client): Promise<Postmaster | undefined> {
  const { rows } = await client.query<{ text: string }>(
    `select pg_read_file('postmaster.pid') as text`,
  )
  return parsePostmaster(rows[0]?.text ?? '')
}

function isAway(error: unknown): boolean {
  const code = errorCode(error)
  // pg's own errors, of a connection that ended or took too long, have no code.
  return code === undefined || AWAY.has(code)
}

/** No socket, nobody behind it, starting, stopping, stopped under our hands. */
const AWAY = new Set(['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE', '57P01', '57P02', '57P03'])

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
    await client.query('reset lock_timeout')
    return true
  } catch (error) {
    if (errorCode(error) === LOCK_NOT_AVAILABLE) return false
    throw error
  }
}

const LOCK_NOT_AVAILABLE = '55P03'

/** Gives up the seat; true where nobody else has one, and then nobody can take one any more. */
export async function isLastToLeave({ client }: Seat): Promise<boolean> {
  try {
    await client.query('select pg_advisory_unlock_all()')
    const { rows } = await client.query<{ isLast: boolean }>(
      'select pg_try_advisory_lock($1) as "isLast"',
      [SEAT_LOCK],
    )
    return rows[0]?.isLast === true
  } catch (error) {
    // Of two that leave at once the other was the last.
    if (isAway(error)) return false
    throw error
  }
}
