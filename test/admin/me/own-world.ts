import { randomUUID } from 'node:crypto'
import { writeDeliveryRef } from '../../../src/core/delivery/delivery-ref.ts'
import { type ApiWorld, type CallOptions, openApiWorld } from '../../support/api-world.ts'
import { addMessages, directMessage, groupMessage } from '../../support/message-rows.ts'
import { asDevice } from '../../support/own-calls.ts'
import type { OwnIds } from './own-operation-table.ts'

/** Ann with a phone, what is hers, and what is others'. */
export interface OwnWorld extends ApiWorld {
  /** Ann's phone. */
  readonly phone: CallOptions
  readonly phoneSecret: string
  readonly ids: OwnIds
}

export const JWT_SECRET = 'a secret that is long enough for an HMAC with SHA-256'

/** Ann, bob and cleo are contacts of each other but bob and cleo; dan is nobody's. Hikers is ann's group. */
export async function openOwnWorld(env: Readonly<Record<string, string>> = {}): Promise<OwnWorld> {
  const world = await openApiWorld({
    HERALD_JWT_SECRET: JWT_SECRET,
    HERALD_JWT_ALGORITHMS: 'HS256',
    HERALD_JWT_CLIENT_ID_CLAIM: 'cid',
    HERALD_TICKET_SECRETS: 'a-secret-that-signs-tickets-and-is-long-enough',
    ...env,
  })
  const { users, contacts, groups, devices, addresses, notifications } = world.directory
  for (const uid of ['ann', 'bob', 'cleo', 'dan', 'eva'])
    await users.add({ uid, displayName: `The ${uid}` })
  await contacts.add('ann', 'bob', 'both-ways')
  await contacts.add('ann', 'cleo', 'both-ways')
  await groups.add({ gid: 'hikers', owner: 'ann', members: ['bob'] })
  await groups.add({ gid: 'readers', owner: 'cleo', members: ['ann'] })
  await groups.add({ gid: 'others', owner: 'cleo', members: ['dan'] })
  const { secret } = await devices.add({ clientId: 'ann-phone', uid: 'ann' })
  await devices.add({ clientId: 'ann-laptop', uid: 'ann' })
  await devices.add({ clientId: 'bob-phone', uid: 'bob' })
  await contacts.block('bob', 'cleo')
  await notifications.setConversation('bob', 'group/hikers', { notify: 'none' })
  const push = { channel: 'push', provider: 'stub' } as const
  const ofAnn = await addresses.add({ ...push, clientId: 'ann-phone', token: 'of ann' })
  const ofBob = await addresses.add({ ...push, clientId: 'bob-phone', token: 'of bob' })
  const past = Date.now() - 60_000
  await addMessages(
    world,
    directMessage('bob', 'ann', past, 'from bob'),
    directMessage('bob', 'cleo', past, 'to cleo'),
    groupMessage('bob', 'hikers', Date.now(), 'to hikers'),
    groupMessage('dan', 'others', Date.now(), 'to others'),
  )
  const ids = {
    annAddress: ofAnn.id,
    bobAddress: ofBob.id,
    annRef: await addSent(world, ofAnn.id, 'ann'),
    bobRef: await addSent(world, ofBob.id, 'bob'),
    toAnn: await addRequest(world, 'friend-request', 'dan', 'ann'),
    alsoToAnn: await addRequest(world, 'friend-request', 'eva', 'ann'),
    toBob: await addRequest(world, 'friend-request', 'dan', 'bob'),
    toOthers: await addRequest(world, 'join-request', 'bob', undefined, 'others'),
  }
  return { ...world, ids, phoneSecret: secret, phone: asDevice('ann-phone', secret) }
}

/** A delivery that has been sent; returns its reference. */
async function addSent({ pool }: ApiWorld, addressId: string, uid: string): Promise<string> {
  const messageId = randomUUID()
  await pool.query(
    `insert into deliveries (day, message_id, address_id, user_id, provider, conversation, state,
       decided_at, due_at, expires_at, wake_at)
     values ('2026-11-25', $1, $2, $3, 'stub', 'user/dan', 'sent', now(), now(), now(), now())`,
    [messageId, addressId, uid],
  )
  return writeDeliveryRef({ day: '2026-11-25', messageId, addressId })
}

export async function addRequest(
  { pool }: Pick<ApiWorld, 'pool'>,
  kind: string,
  from: string,
  to?: string,
  gid?: string,
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `insert into requests (kind, from_uid, to_uid, group_id, created_at, asked_at, expires_at)
     values ($1, $2, $3, $4, now(), now(), now() + interval '1 day') returning id`,
    [kind, from, to, gid],
  )
  return rows[0]?.id ?? ''
}
