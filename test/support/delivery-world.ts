import { randomUUID } from 'node:crypto'
import type { Pool } from 'pg'
import { createDelivery, type Delivery } from '../../src/core/delivery/deliver.ts'
import type { DeliveryPolicy } from '../../src/core/delivery/delivery-policy.ts'
import type { AddressedNotification } from '../../src/core/delivery/notification.ts'
import type { SendOutcome } from '../../src/core/delivery/send-outcome.ts'
import type { DeliveryOutcome } from '../../src/core/ports/delivery-ports.ts'
import type { Provider } from '../../src/core/ports/provider.ts'
import type { SocketAddress } from '../../src/postgres/address.ts'
import { createCircuitStore } from '../../src/postgres/circuit-store.ts'
import { createDeliveryStore } from '../../src/postgres/delivery-store.ts'
import { createTestDatabase } from './database.ts'
import { POLICY } from './delivery-policy.ts'

/** Noon; the clock of a world stands still until a test moves it. */
export const NOON = Date.UTC(2026, 10, 25, 12)
export const DAY = '2026-11-25'

/** What a waiting delivery is like; a test states only what it is about. */
export interface DeliverySpec {
  readonly uid?: string
  readonly kind?: string
  readonly from?: string
  readonly gid?: string
  readonly provider?: string
  readonly token?: string
  readonly channel?: 'push' | 'email'
  readonly sentAt?: number
  readonly decidedAt?: number
  readonly dueAt?: number
  readonly expiresAt?: number
  readonly content?: object
  readonly mentions?: readonly string[]
  readonly isForced?: boolean
  readonly isLate?: boolean
  readonly step?: number
  readonly attempt?: number
  readonly platform?: string
}

export interface WaitingDelivery {
  readonly messageId: string
  readonly addressId: string
  readonly uid: string
  readonly deviceId: string | undefined
  readonly conversation: string
}

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
  /** Puts a message and its delivery to one address there, due now. */
  add(spec?: DeliverySpec): Promise<WaitingDelivery>
  /** Folds a further message into a waiting delivery. */
  fold(into: WaitingDelivery, spec?: DeliverySpec): Promise<{ readonly messageId: string }>
  worker(parts?: WorkerParts): Delivery
  /** A row of `deliveries`. */
  row(delivery: { readonly messageId: string }): Promise<DeliveryRow>
  sql(text: string, ...values: unknown[]): Promise<Record<string, unknown>[]>
  clear(): Promise<void>
  close(): Promise<void>
}

export interface WorkerParts {
  readonly answer?: (message: AddressedNotification, signal: AbortSignal) => Promise<SendOutcome>
  readonly policy?: Partial<DeliveryPolicy>
  readonly providers?: readonly Provider[]
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
  const sql: DeliveryWorld['sql'] = async (text, ...values) => (await pool.query(text, values)).rows
  const world: DeliveryWorld = {
    pool,
    address,
    clock: NOON,
    calls: [],
    counts: new Map(),
    sql,
    add: (spec = {}) => add(world, spec),
    fold: (into, spec = {}) => fold(world, into, spec),
    worker: (parts = {}) => worker(world, parts),
    row: ({ messageId }) => readRow(world, messageId),
    async clear() {
      await sql('truncate messages, deliveries, attempts, unreached, awaited_acks, rejected_events')
      await sql('truncate provider_circuits, gone_nodes')
      await sql('delete from users')
      await sql('delete from groups')
      world.clock = NOON
      world.calls.length = 0
      world.counts.clear()
    },
    close: drop,
  }
  return world
}

async function add(world: DeliveryWorld, spec: DeliverySpec): Promise<WaitingDelivery> {
  const { sql } = world
  const { uid = 'bob', from = 'ann', provider = 'stub', channel = 'push' } = spec
  const messageId = await addMessage(world, { ...spec, uid, from })
  const conversation = spec.gid === undefined ? `user/${from}` : `group/${spec.gid}`
  const deviceId = channel === 'push' ? `${uid}-${randomUUID()}` : undefined
  if (deviceId !== undefined) {
    await sql(
      'insert into devices (id, user_id, platform) values ($1, $2, $3)',
      deviceId,
      uid,
      spec.platform,
    )
  }
  const [address] = await sql(
    `insert into addresses (user_id, device_id, channel, provider, token, registered_at)
     values ($1, $2, $3, $4, $5, to_timestamp($6 / 1000.0)) returning id`,
    uid,
    deviceId,
    channel,
    provider,
    spec.token ?? randomUUID(),
    NOON - 86_400_000,
  )
  const addressId = String(address?.id)
  const decidedAt = spec.decidedAt ?? world.clock
  const dueAt = spec.dueAt ?? decidedAt
  await sql(
    `insert into deliveries (day, message_id, address_id, user_id, device_id, provider, conversation,
       is_late, step, decided_at, due_at, expires_at, wake_at, attempt)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, to_timestamp($10 / 1000.0),
       to_timestamp($11 / 1000.0), to_timestamp($12 / 1000.0), to_timestamp($13 / 1000.0), $14)`,
    DAY,
    messageId,
    addressId,
    uid,
    deviceId,
    provider,
    conversation,
    spec.isLate ?? false,
    spec.step ?? 0,
    decidedAt,
    dueAt,
    spec.expiresAt ?? decidedAt + 3_600_000,
    dueAt > decidedAt ? dueAt : decidedAt + 2_000,
    spec.attempt ?? 0,
  )
  await sql(
    `insert into conversation_slots (address_id, conversation, state, carrier_day, carrier_id,
       is_silent, due_at, newest_day, newest_id, newest_at, messages, expires_at)
     values ($1, $2, 'waiting', $3, $4, false, to_timestamp($5 / 1000.0), $3, $4,
       to_timestamp($5 / 1000.0), 1, to_timestamp($6 / 1000.0))`,
    addressId,
    conversation,
    DAY,
    messageId,
    dueAt,
    spec.expiresAt ?? decidedAt + 3_600_000,
  )
  return { messageId, addressId, uid, deviceId, conversation }
}

async function fold(world: DeliveryWorld, into: WaitingDelivery, spec: DeliverySpec) {
  const [carrier] = await world.sql(
    'select * from deliveries where message_id = $1',
    into.messageId,
  )
  const from = spec.from ?? into.conversation.replace('user/', '')
  const messageId = await addMessage(world, { ...spec, uid: into.uid, from })
  await world.sql(
    `insert into deliveries (day, message_id, address_id, user_id, device_id, provider, conversation,
       state, decided_at, due_at, expires_at, wake_at, carrier_day, carrier_id)
     select $1, $2, address_id, user_id, device_id, provider, conversation, 'folded', decided_at,
       due_at, to_timestamp($4 / 1000.0), wake_at, day, message_id
     from deliveries where message_id = $3`,
    DAY,
    messageId,
    carrier?.message_id,
    spec.expiresAt ?? world.clock + 3_600_000,
  )
  await world.sql(
    `update conversation_slots set newest_id = $1, messages = messages + 1 where carrier_id = $2`,
    messageId,
    into.messageId,
  )
  return { messageId }
}

async function addMessage(
  { sql, clock }: DeliveryWorld,
  spec: DeliverySpec & { readonly uid: string; readonly from: string },
): Promise<string> {
  const { uid, from, gid } = spec
  const id = randomUUID()
  const kind = spec.kind ?? (gid === undefined ? 'direct-message' : 'group-message')
  await sql('insert into users (id) values ($1), ($2) on conflict do nothing', uid, from)
  if (gid !== undefined) {
    await sql('insert into groups (id) values ($1) on conflict do nothing', gid)
    await sql(
      'insert into memberships (group_id, user_id) values ($1, $2) on conflict do nothing',
      gid,
      uid,
    )
  }
  const sentAt = spec.sentAt ?? clock - 100
  await sql(
    `insert into messages (day, id, kind, inbox, gid, from_uid, sent_at, expires_at, content, mentions,
       is_forced)
     values ($1, $2, $3, $4, $5, $6, to_timestamp($7 / 1000.0), to_timestamp($8 / 1000.0), $9, $10, $11)`,
    DAY,
    id,
    kind,
    gid === undefined ? `user/${uid}` : `group/${gid}`,
    gid,
    from,
    sentAt,
    spec.expiresAt ?? sentAt + 3_600_000,
    spec.content ?? { body: 'hello' },
    spec.mentions,
    spec.isForced ?? false,
  )
  return id.replaceAll('-', '')
}

function worker(world: DeliveryWorld, parts: WorkerParts): Delivery {
  const accept = async () => ({ kind: 'accepted', providerId: 'p-1' }) as const
  const answer = parts.answer ?? accept
  const stub: Provider = {
    name: 'stub',
    async send(message, signal) {
      world.calls.push(message)
      return await answer(message, signal)
    },
    close: async () => {},
  }
  return createDelivery({
    store: createDeliveryStore(world.pool, async () => parts.badges ?? new Map()),
    circuits: createCircuitStore(world.pool),
    providers: parts.providers ?? [stub],
    policy: { ...POLICY, ...parts.policy },
    meter: {
      settled(_, outcome, count = 1) {
        world.counts.set(outcome, (world.counts.get(outcome) ?? 0) + count)
      },
      called() {},
      accepted() {},
    },
    log: { info() {}, warn() {}, error() {} },
    now: () => world.clock,
    random: parts.random ?? (() => 1),
  })
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
