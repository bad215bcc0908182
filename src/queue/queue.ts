import { PgBoss } from 'pg-boss'
import type { Doorbell, Doorbells } from '../core/ports/sql.ts'
import { StartFault } from '../core/start-fault.ts'

/** What `pg` takes as its configuration: a URL, or a socket folder. */
export type QueueConnection =
  | { readonly connectionString: string }
  | {
      readonly host: string
      readonly port: number
      readonly database: string
      readonly user: string
      readonly ssl: false
    }

export interface QueueLog {
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
}

export interface QueueOptions {
  readonly connection: QueueConnection
  readonly log: QueueLog
  /** What this process does; the names of its connections tell it to whoever looks (`herald doctor`). */
  readonly roles: readonly string[]
  /** Connections for jobs; one more listens. */
  readonly connectionsMax: number
}

/** The post room: wakes workers when there is something to send. What is to be sent stands in `deliveries`. */
export interface Queue extends Doorbells {
  start(): Promise<void>
  /** Ends within `timeoutMs`: what runs then is left to others. */
  stop(timeoutMs: number): Promise<void>
  /**
   * Calls `handler` for each provider that is rung for. `concurrency` is how many calls may be under
   * way: with one for each drain of each provider, a slow one keeps nobody else waiting.
   */
  work(handler: (provider: string) => Promise<void>, concurrency: number): Promise<void>
}

const SCHEMA = 'herald_queue'
const DELIVER = 'deliver'
const DEAD = 'deliver-dead'

/** What one bell stands for at most, so that a large fan-out wakes many workers. */
const DELIVERIES_PER_BELL = 500

/** Bells that a worker takes at once; those for the same provider are one. */
const BELLS_PER_FETCH = 20

/**
 * A bell that nobody has heard within a minute is worth nothing: the ticker rings again. Heartbeat and
 * supervision are as tight as pg-boss allows, so that a dead worker's bells move on in seconds.
 */
const QUEUE = {
  notify: true,
  heartbeatSeconds: 10,
  expireInSeconds: 3_600,
  retryLimit: 2,
  retryDelay: 1,
  retentionSeconds: 60,
  deleteAfterSeconds: 60,
  deadLetter: DEAD,
}

const DEAD_QUEUE = { retryLimit: 0, retentionSeconds: 7 * 86_400 }

const SUPERVISION = {
  superviseIntervalSeconds: 2,
  monitorIntervalSeconds: 2,
  maintenanceIntervalSeconds: 30,
}

const POLLING = { pollingIntervalSeconds: 0.5, notifyPollingIntervalSeconds: 1 }

interface Bell {
  readonly provider: string
  readonly deliveries: number
}

export function createQueue({ connection, log, roles, connectionsMax }: QueueOptions): Queue {
  const named = { ...connection, application_name: ['herald-queue', ...roles].join(' ') }
  const boss = createBoss(named, connectionsMax, log, SUPERVISION)
  return {
    start: () => open(boss),

    async stop(timeoutMs) {
      await boss.stop({ graceful: true, timeout: timeoutMs })
    },

    async ring(transaction, bells) {
      const jobs = bells.flatMap(split).map((bell) => ({ data: bell }))
      if (jobs.length > 0) await boss.insert(DELIVER, jobs, { db: transaction })
    },

    async work(handler, concurrency) {
      const options = {
        ...POLLING,
        localConcurrency: concurrency,
        batchSize: BELLS_PER_FETCH,
        burstWhenBatchFull: true,
      }
      await boss.work<Bell>(DELIVER, options, async (jobs) => {
        const providers = new Set(jobs.map(({ data }) => data.provider))
        await Promise.all([...providers].map(handler))
      })
    },
  }
}

/** Brings the queue's own tables up to date, so that nobody has to when it is needed. */
export async function installQueue(connection: QueueConnection, log: QueueLog): Promise<void> {
  const named = { ...connection, application_name: 'herald-queue' }
  const boss = createBoss(named, 1, log, { supervise: false })
  await open(boss)
  await boss.stop({ graceful: false })
}

/** Starts, and brings settings of queues that are there already up to date. */
async function open(boss: PgBoss): Promise<void> {
  try {
    await boss.start()
    await createQueues(boss)
  } catch (cause) {
    await boss.stop({ graceful: false }).catch(() => {})
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new StartFault(
      `The queue can't start (${why}): let the database user create the schema ${SCHEMA}, or have one who may run "herald migrate" and grant its use.`,
      { cause },
    )
  }
}

function createBoss(
  connection: QueueConnection & { readonly application_name: string },
  connectionsMax: number,
  log: QueueLog,
  supervision: typeof SUPERVISION | { readonly supervise: false },
): PgBoss {
  const boss = new PgBoss({
    ...connection,
    ...supervision,
    schema: SCHEMA,
    max: connectionsMax,
    schedule: false,
    useListenNotify: true,
    openTelemetry: { enabled: false },
  })
  boss.on('error', (err) => log.warn({ err }, 'queue error'))
  boss.on('warning', ({ message, data }) => log.warn({ warning: message, data }, 'queue warning'))
  return boss
}

async function createQueues(boss: PgBoss): Promise<void> {
  await boss.createQueue(DEAD, DEAD_QUEUE)
  await boss.createQueue(DELIVER, QUEUE)
  await boss.updateQueue(DELIVER, QUEUE)
}

function split({ provider, deliveries }: Doorbell): readonly Bell[] {
  const bells: Bell[] = []
  for (let left = deliveries; left > 0; left -= DELIVERIES_PER_BELL) {
    bells.push({ provider, deliveries: Math.min(left, DELIVERIES_PER_BELL) })
  }
  return bells
}
