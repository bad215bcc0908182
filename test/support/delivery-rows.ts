import { randomUUID } from 'node:crypto'

export type Sql = (text: string, ...values: unknown[]) => Promise<Record<string, unknown>[]>

/** The day that all of these messages are of. */
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
  readonly dueAt?: number
  readonly expiresAt?: number
  readonly content?: object
  readonly mentions?: readonly string[]
  readonly isForced?: boolean
  readonly isLate?: boolean
  readonly step?: number
  readonly attempt?: number
  readonly platform?: string
  /** Of an earlier one: this goes to the same address. */
  readonly addressId?: string
  /** Of a mail that gathers: from when on. */
  readonly gathersAt?: number
}

export interface WaitingDelivery {
  readonly messageId: string
  readonly addressId: string
  readonly uid: string
  readonly deviceId: string | undefined
  readonly conversation: string
}

/** Puts a message and its delivery to an address of its own there, with a slot to fold into. */
export async function addDelivery(
  sql: Sql,
  now: number,
  spec: DeliverySpec,
): Promise<WaitingDelivery> {
  const { uid = 'bob', from = 'ann' } = spec
  const messageId = await addMessage(sql, now, { ...spec, uid, from })
  const conversation = spec.gid === undefined ? `user/${from}` : `group/${spec.gid}`
  const { addressId, deviceId } =
    spec.addressId === undefined
      ? await addAddress(sql, now, { ...spec, uid })
      : { addressId: spec.addressId, deviceId: undefined }
  const dueAt = spec.dueAt ?? now
  await sql(
    `insert into deliveries (day, message_id, address_id, user_id, device_id, provider, conversation,
       is_late, step, decided_at, due_at, expires_at, wake_at, attempt, gathers_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`,
    DAY,
    messageId,
    addressId,
    uid,
    deviceId,
    spec.provider ?? 'stub',
    conversation,
    spec.isLate ?? false,
    spec.step ?? 0,
    new Date(now),
    new Date(dueAt),
    new Date(spec.expiresAt ?? now + 3_600_000),
    new Date(dueAt > now ? dueAt : now + 2_000),
    spec.attempt ?? 0,
    spec.gathersAt === undefined ? null : new Date(spec.gathersAt),
  )
  await sql(
    `insert into conversation_slots (address_id, conversation, state, carrier_day, carrier_id,
       is_silent, due_at, newest_day, newest_id, newest_at, messages, expires_at)
     values ($1, $2, 'waiting', $3, $4, false, $5, $3, $4, $5, 1, $6)`,
    addressId,
    conversation,
    DAY,
    messageId,
    new Date(dueAt),
    new Date(spec.expiresAt ?? now + 3_600_000),
  )
  return { messageId, addressId, uid, deviceId, conversation }
}

/** A further message, which folds into a waiting delivery. */
export async function foldMessage(
  sql: Sql,
  now: number,
  into: WaitingDelivery,
  spec: DeliverySpec,
): Promise<{ readonly messageId: string }> {
  const from = spec.from ?? into.conversation.replace('user/', '')
  const messageId = await addMessage(sql, now, { ...spec, uid: into.uid, from })
  await sql(
    `insert into deliveries (day, message_id, address_id, user_id, device_id, provider, conversation,
       state, decided_at, due_at, expires_at, wake_at, carrier_day, carrier_id)
     select $1, $2, address_id, user_id, device_id, provider, conversation, 'folded', decided_at,
       due_at, $4, wake_at, day, message_id
     from deliveries where message_id = $3`,
    DAY,
    messageId,
    into.messageId,
    new Date(spec.expiresAt ?? now + 3_600_000),
  )
  await sql(
    `update conversation_slots set newest_id = $1, messages = messages + 1 where carrier_id = $2`,
    messageId,
    into.messageId,
  )
  return { messageId }
}

async function addAddress(sql: Sql, now: number, spec: DeliverySpec & { readonly uid: string }) {
  const { uid, channel = 'push' } = spec
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
     values ($1, $2, $3, $4, $5, $6) returning id`,
    uid,
    deviceId,
    channel,
    spec.provider ?? 'stub',
    spec.token ?? randomUUID(),
    new Date(now - 86_400_000),
  )
  return { addressId: String(address?.id), deviceId }
}

async function addMessage(
  sql: Sql,
  now: number,
  spec: DeliverySpec & { readonly uid: string; readonly from: string },
): Promise<string> {
  const { uid, from, gid, sentAt = now - 100 } = spec
  const id = randomUUID()
  await sql('insert into users (id) values ($1), ($2) on conflict do nothing', uid, from)
  if (gid !== undefined) {
    await sql('insert into groups (id) values ($1) on conflict do nothing', gid)
    await sql(
      'insert into memberships (group_id, user_id) values ($1, $2) on conflict do nothing',
      gid,
      uid,
    )
  }
  await sql(
    `insert into messages (day, id, kind, inbox, gid, from_uid, sent_at, expires_at, content, mentions,
       is_forced)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    DAY,
    id,
    spec.kind ?? (gid === undefined ? 'direct-message' : 'group-message'),
    gid === undefined ? `user/${uid}` : `group/${gid}`,
    gid,
    from,
    new Date(sentAt),
    new Date(spec.expiresAt ?? sentAt + 3_600_000),
    spec.content ?? { body: 'hello' },
    spec.mentions,
    spec.isForced ?? false,
  )
  return id.replaceAll('-', '')
}
