import type { Pool } from 'pg'
import { createDelivery, type Delivery } from '../../src/core/delivery/deliver.ts'
import type { DeliveryPolicy } from '../../src/core/delivery/delivery-policy.ts'
import type { AddressedNotification } from '../../src/core/delivery/notification.ts'
import { NO_LIMITS, type SendLimits } from '../../src/core/delivery/send-limits.ts'
import type { SendOutcome } from '../../src/core/delivery/send-outcome.ts'
import type { DeliveryOutcome } from '../../src/core/ports/delivery-ports.ts'
import type { Provider } from '../../src/core/ports/provider.ts'
import type { SendCountStore } from '../../src/core/ports/send-count-store.ts'
import type { SocketAddress } from '../../src/postgres/address.ts'
import { createCircuitStore } from '../../src/postgres/circuit-store.ts'
import { createDeliveryStore } from '../../src/postgres/delivery-store.ts'
import { createSendCountStore } from '../../src/postgres/send-count-store.ts'
import { aProvider } from './a-provider.ts'
import { createTestDatabase } from './database.ts'
import { POLICY } from './delivery-policy.ts'
import {
  addDelivery,
  type DeliverySpec,
  foldMessage,
  type Sql,
  type WaitingDelivery,
} from './delivery-rows.ts'

/** Noon; the clock of a world stands still until a test moves it. */
export const NOON = Date.UTC(2026, 10, 25, 12)

/** A database with deliveries, and workers that send them to a provider which remembers. */
export interface DeliveryWorld {
  readonly pool: Pool
  readonly address: SocketAddress
  /** Milliseconds since 1970. */
  clock: number
  /** What providers were called with. */
  readonly calls: AddressedNotification[]
  /** What was counted. */
  readonly counts: Map<DeliveryOutcome, number>
  /** What workers have warned of. */
  readonly warnings: string[]
  /** Puts a message and its delivery to one address there, due now. */
  add(spec?: DeliverySpec): Promise<WaitingDelivery>
  /** Folds a further message into a waiting delivery. */
  fold(into: WaitingDelivery, spec?: DeliverySpec): Promise<{ readonly messageId: string }>
  worker(parts?: WorkerParts): Delivery
  /** A row of `deliveries`. */
  row(delivery: { readonly messageId: string }): Promise<DeliveryRow>
  readonly sql: Sql
  clear(): Promise<void>
  close(): Promise<void>
}

export interface WorkerParts {
  readonly answer?: (message: AddressedNotification, signal: AbortSignal) => Promise<SendOutcome>
  readonly policy?: Partial<DeliveryPolicy>
  readonly providers?: readonly Provider[]
  readonly limits?: Partial<SendLimits>
  readonly counts?: SendCountStore
  readonly random?: () => number
  readonly badges?: ReadonlyMap<string, number>
}

interface DeliveryRow {
  readonly state: string
  readonly reason: string | null
  readonly attempt: number
  readonly lease: string | null
  readonly dueAt: number
  readonly providerId: string | null
}

export async function openDeliveryWorld(): Promise<DeliveryWorld> {
  const { address, pool, drop } = await createTestDatabase()
  const sql: Sql = async (text, ...values) => (await pool.query(text, values)).rows
  const world: DeliveryWorld = {
    pool,
    address,
    clock: NOON,
    calls: [],
    counts: new Map(),
    warnings: [],
    sql,
    add: (spec = {}) => addDelivery(sql, world.clock, spec),
    fold: (into, spec = {}) => foldMessage(sql, world.clock, into, spec),
    worker: (parts = {}) => worker(world, parts),
    row: ({ messageId }) => readRow(world, messageId),
    async clear() {
      await sql(
        'truncate messages, deliveries, attempts, unreached, awaited_acks, rejected_events, conversation_slots',
      )
      await sql('truncate provider_circuits, gone_nodes, send_counts')
      await sql('delete from users')
      await sql('delete from groups')
      world.clock = NOON
      world.calls.length = 0
      world.counts.clear()
      world.warnings.length = 0
    },
    close: drop,
  }
  return world
}

function worker(world: DeliveryWorld, parts: WorkerParts): Delivery {
  const accept = async () => ({ kind: 'accepted', providerId: 'p-1' }) as const
  const answer = parts.answer ?? accept
  const stub = aProvider(async (message, signal) => {
    world.calls.push(message)
    return await answer(message, signal)
  })
  const delivery = createDelivery({
    store: createDeliveryStore(world.pool, async () => parts.badges ?? new Map()),
    circuits: createCircuitStore(world.pool),
    counts: parts.counts ?? createSendCountStore(world.pool),
    policy: { ...POLICY, ...parts.policy },
    meter: {
      settled(_, outcome, count = 1) {
        world.counts.set(outcome, (world.counts.get(outcome) ?? 0) + count)
      },
      called() {},
      accepted() {},
    },
    log: { info() {}, warn: (_, message) => void world.warnings.push(message), error() {} },
    now: () => world.clock,
    random: parts.random ?? (() => 1),
  })
  const limits = { ...NO_LIMITS, ...parts.limits }
  void delivery.serve((parts.providers ?? [stub]).map((provider) => ({ provider, limits })))
  return delivery
}

async function readRow({ pool }: DeliveryWorld, messageId: string): Promise<DeliveryRow> {
  const { rows } = await pool.query<DeliveryRow>(
    `select state, reason, attempt, lease, date_part('epoch', due_at) * 1000 as "dueAt",
       provider_id as "providerId"
     from deliveries where message_id = $1`,
    [messageId],
  )
  const [row] = rows
  if (row === undefined) throw new Error(`no delivery of ${messageId}`)
  return { ...row, dueAt: Math.round(row.dueAt) }
}
