import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WITHDRAWAL_REASONS } from '../../src/core/delivery/withdrawal-reason.ts'
import { POLICY } from '../support/delivery-policy.ts'
import type { DeliverySpec, WaitingDelivery } from '../support/delivery-rows.ts'
import { type DeliveryWorld, NOON, openDeliveryWorld } from '../support/delivery-world.ts'

let world: DeliveryWorld

beforeAll(async () => {
  world = await openDeliveryWorld()
})

beforeEach(() => world.clear())
afterAll(() => world.close())

interface Case {
  readonly name: string
  readonly spec?: DeliverySpec
  /** What happens between decision and sending. */
  readonly meanwhile?: (delivery: WaitingDelivery) => Promise<unknown>
  readonly devices?: 'user-offline' | 'device-offline' | 'desktop-first'
}

const set = (text: string, ...values: unknown[]) => world.sql(text, ...values)
const at = (ms: number) => new Date(ms)

/** The newest connection of a device: by default that of a session which has the message. */
async function presence(deviceId: string | undefined, row: Readonly<Record<string, unknown>>) {
  const all = {
    is_online: true,
    connected_at: at(NOON + 1_000),
    clean_start: false,
    expiry_seconds: 3600,
    session_since: at(NOON - 3_600_000),
    node: 'n1',
    ...row,
  }
  await set(
    `insert into device_presence (device_id, user_id, is_online, connected_at, clean_start,
       expiry_seconds, session_since, node)
     select id, user_id, $2, $3, $4, $5, $6, $7 from devices where id = $1`,
    deviceId,
    all.is_online,
    all.connected_at,
    all.clean_start,
    all.expiry_seconds,
    all.session_since,
    all.node,
  )
}

async function otherDevice(platform: string | null, row: Readonly<Record<string, unknown>> = {}) {
  await set(`insert into devices (id, user_id, platform) values ('other', 'bob', $1)`, platform)
  await presence('other', row)
}

const mute = (until: number) =>
  set(`insert into preferences (user_id, muted_until) values ('bob', $1)`, at(until))
const notify = (level: string) =>
  set(`insert into preferences (user_id, notify) values ('bob', $1)`, level)
const read = (until: number) =>
  set(`insert into read_marks values ('bob', 'user/ann', $1)`, at(until))

const WITHDRAWN: readonly (Case & { readonly reason: string })[] = [
  {
    reason: 'message-gone',
    name: 'the message is kept no longer',
    meanwhile: () => set('delete from messages'),
  },
  {
    reason: 'address-gone',
    name: 'the address was removed',
    meanwhile: () => set('delete from addresses'),
  },
  {
    reason: 'disabled',
    name: 'the user was disabled',
    meanwhile: () => set(`update users set disabled_at = now() where id = 'bob'`),
  },
  {
    reason: 'device-revoked',
    name: 'the device was revoked',
    meanwhile: () => set('update devices set revoked_at = now()'),
  },
  {
    reason: 'left',
    name: 'the user left the group',
    spec: { gid: 'hikers' },
    meanwhile: () => set('delete from memberships'),
  },
  {
    reason: 'left',
    name: 'the user is no admin any more and would hear of a request',
    spec: { gid: 'hikers', kind: 'join-request' },
  },
  {
    reason: 'blocked',
    name: 'the user blocked the sender',
    meanwhile: () => set(`insert into blocks (user_id, blocked_id) values ('bob', 'ann')`),
  },
  {
    reason: 'notifications-off',
    name: 'the user wants none, not even of mentions',
    spec: { mentions: ['bob'] },
    meanwhile: () => notify('none'),
  },
  {
    reason: 'notifications-off',
    name: 'the user wants none of this conversation',
    meanwhile: () =>
      set(`insert into conversation_preferences (user_id, conversation, notify)
        values ('bob', 'user/ann', 'none')`),
  },
  { reason: 'read', name: 'the user read it', meanwhile: () => read(NOON - 100) },
  { reason: 'muted', name: 'the user muted all', meanwhile: () => mute(NOON + 60_000) },
  { reason: 'mentions-only', name: 'of mentions only', meanwhile: () => notify('mentions') },
  {
    reason: 'online',
    name: 'the device came online',
    meanwhile: ({ deviceId }) => presence(deviceId, { clean_start: true }),
  },
  {
    reason: 'online',
    name: 'the device was online and is gone again',
    meanwhile: ({ deviceId }) => presence(deviceId, { is_online: false }),
  },
  {
    reason: 'online',
    name: 'the device only seemed to be online, and came back since',
    spec: { isLate: true },
    meanwhile: ({ deviceId }) => presence(deviceId, {}),
  },
  {
    reason: 'resumed',
    name: 'another device resumed its session',
    meanwhile: () => otherDevice('web'),
  },
  {
    reason: 'resumed',
    name: 'a phone resumed its session',
    devices: 'desktop-first',
    meanwhile: () => otherDevice('ios'),
  },
  {
    reason: 'resumed',
    name: 'a device came online and this goes to a mailbox',
    spec: { channel: 'email' },
    devices: 'device-offline',
    meanwhile: () => otherDevice('ios'),
  },
  {
    reason: 'earlier-step',
    name: 'an earlier step of the ladder was accepted',
    spec: { step: 1, channel: 'email' },
    meanwhile: ({ messageId }) => acceptedStep(messageId),
  },
]

const SENT: readonly Case[] = [
  { name: 'the mute has ended', meanwhile: () => mute(NOON) },
  {
    name: 'the mute is beaten by force',
    spec: { isForced: true },
    meanwhile: () => mute(NOON + 1),
  },
  {
    name: 'the mute is beaten by a mention',
    spec: { mentions: ['bob'] },
    meanwhile: () => mute(NOON + 60_000),
  },
  {
    name: 'a mention is heard of',
    spec: { mentions: ['bob'] },
    meanwhile: () => notify('mentions'),
  },
  {
    name: 'this conversation may be heard of though others may not',
    meanwhile: async () => {
      await notify('none')
      await set(`insert into conversation_preferences (user_id, conversation, notify)
        values ('bob', 'user/ann', 'all')`)
    },
  },
  { name: 'an earlier message was read', meanwhile: () => read(NOON - 101) },
  {
    name: 'the device has been offline since before the message',
    meanwhile: ({ deviceId }) =>
      presence(deviceId, { is_online: false, connected_at: at(NOON - 60_000) }),
  },
  {
    name: 'the device still seems to be online, which is why it was decided late',
    spec: { isLate: true },
    meanwhile: ({ deviceId }) => presence(deviceId, { connected_at: at(NOON - 60_000) }),
  },
  {
    name: 'the broker node of the device is gone',
    meanwhile: async ({ deviceId }) => {
      await presence(deviceId, { connected_at: at(NOON - 60_000) })
      await set(`insert into gone_nodes values ('n1', $1)`, at(NOON - 1_000))
    },
  },
  { name: 'a new browser came online', meanwhile: () => otherDevice('web', { clean_start: true }) },
  {
    name: 'a session that is younger than the message came online',
    meanwhile: () => otherDevice('web', { session_since: at(NOON) }),
  },
  {
    name: 'a session that ends with its connection came online',
    meanwhile: () => otherDevice('web', { expiry_seconds: 0 }),
  },
  {
    name: 'a desktop resumed and phones are served beside it',
    devices: 'desktop-first',
    meanwhile: () => otherDevice('web'),
  },
  {
    name: 'another device resumed and each is served for itself',
    devices: 'device-offline',
    meanwhile: () => otherDevice('ios'),
  },
  {
    name: 'it only takes another notification away',
    spec: { kind: 'clear' },
    meanwhile: async () => {
      await notify('none')
      await read(NOON)
      await otherDevice('ios')
    },
  },
]

async function acceptedStep(messageId: string) {
  await set(
    `insert into addresses (user_id, channel, provider, token) values ('bob', 'sms', 'sms', '+1')`,
  )
  await set(
    `insert into deliveries (day, message_id, address_id, user_id, provider, conversation, state,
       decided_at, due_at, expires_at, wake_at)
     select day, message_id, (select id from addresses where token = '+1'), user_id, 'sms',
       conversation, 'sent', decided_at, due_at, expires_at, wake_at
     from deliveries where message_id = $1`,
    messageId,
  )
}

async function run({ spec, meanwhile, devices = 'user-offline' }: Case) {
  const delivery = await world.add(spec)
  await meanwhile?.(delivery)
  const policy = { recheck: { ...POLICY.recheck, devices } }
  await world.worker({ policy }).drain('stub')
  const [row] = await world.sql(
    'select state, reason from deliveries where address_id = $1',
    delivery.addressId,
  )
  return row
}

describe('a waiting delivery is withdrawn', () => {
  it.each(WITHDRAWN)('as $reason: $name', async ({ reason, ...rest }) => {
    expect(await run(rest)).toEqual({ state: 'withdrawn', reason })
    expect(world.calls).toEqual([])
    expect(await world.sql('select * from conversation_slots')).toEqual([])
  })

  it('for every reason of the list', () => {
    const tried = new Set(WITHDRAWN.map(({ reason }) => reason))

    expect([...tried]).toEqual(Object.keys(WITHDRAWAL_REASONS))
  })
})

describe('a waiting delivery is sent all the same', () => {
  it.each(SENT)('where $name', async (one) => {
    expect(await run(one)).toEqual({ state: 'sent', reason: null })
  })
})

describe('a run of folded messages', () => {
  it('is withdrawn only when the newest has been read', async () => {
    const delivery = await world.add({ sentAt: NOON - 1_000 })
    await world.fold(delivery, { sentAt: NOON - 500 })
    await read(NOON - 1_000)

    await world.worker().drain('stub')

    expect((await world.row(delivery)).state).toBe('sent')
  })

  it('beats a mute where the oldest does', async () => {
    const delivery = await world.add({ mentions: ['bob'] })
    await world.fold(delivery)
    await mute(NOON + 60_000)

    await world.worker().drain('stub')

    expect((await world.row(delivery)).state).toBe('sent')
  })
})
