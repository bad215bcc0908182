import { StartFault } from '../../core/start-fault.ts'
import type { SocketAddress } from '../address.ts'
import type { PostgresLog } from '../postgres-log.ts'
import { APP_DATABASE, APP_ROLE, createAppDatabase } from './app-database.ts'
import { prepareDataFolder } from './data-folder.ts'
import { HeldSeat } from './held-seat.ts'
import { reachServer } from './reach-server.ts'
import { ownFolder, type Seat, socketAddress } from './seat.ts'
import { planServer, type ServerPlan } from './server-plan.ts'
import { leaveSeat } from './stop-server.ts'

export interface EmbeddedPostgresOptions {
  /** `.herald`: the data lies in `postgres` below it, the server's log beside that. */
  readonly dataDir: string
  readonly log: PostgresLog
  /** False, for tests only, does without what makes commits survive a power cut. */
  readonly durable?: boolean
  /** Settings of the server beyond ours, `{ max_connections: '200' }`. */
  readonly settings?: Readonly<Record<string, string>>
}

export interface EmbeddedPostgres {
  readonly address: SocketAddress
  /** The server's process; another one after the server died and was started again. */
  readonly pid: number
  /** Whether the server ran already, left behind by a Herald that was killed, say. */
  readonly adopted: boolean
  /** Stops the server, unless another process still uses it: then that one stops it at its end. */
  stop(): Promise<void>
}

/** Starts the server of the folder or adopts it. This process owns the folder until `stop`. */
export async function startEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  return await open(options, async (seat) => {
    if (await ownFolder(seat)) return
    throw new StartFault(
      `Another Herald is running in ${options.dataDir}: stop it first, or give this one a folder of its own with HERALD_DATA_DIR.`,
    )
  })
}

/** Uses the server of the folder beside the Herald that owns it, or starts it for as long as needed. */
export async function useEmbeddedPostgres(
  options: EmbeddedPostgresOptions,
): Promise<EmbeddedPostgres> {
  return await open(options, async () => {})
}

async function open(
  { dataDir, log, durable = true, settings = {} }: EmbeddedPostgresOptions,
  claim: (seat: Seat) => Promise<void>,
): Promise<EmbeddedPostgres> {
  const plan = await planServer({ dataDir, durable, settings })
  await prepareDataFolder(plan)
  const { seat, adopted } = await reachServer(plan)
  try {
    await claim(seat)
    await createAppDatabase(seat.client)
  } catch (error) {
    await leaveSeat(plan, seat, log)
    throw error
  }
  log.info(
    { serverPid: seat.postmaster.pid, adopted, folder: plan.cluster },
    'embedded PostgreSQL runs',
  )
  return embeddedPostgres(plan, new HeldSeat(plan, seat, claim, log), adopted, log)
}

function embeddedPostgres(
  plan: ServerPlan,
  held: HeldSeat,
  adopted: boolean,
  log: PostgresLog,
): EmbeddedPostgres {
  let stopped: Promise<void> | undefined
  return {
    address: socketAddress(held.seat.postmaster, APP_ROLE, APP_DATABASE),
    adopted,
    get pid() {
      return held.seat.postmaster.pid
    },
    stop() {
      stopped ??= held.release().then((seat) => leaveSeat(plan, seat, log))
      return stopped
    },
  }
}
