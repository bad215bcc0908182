import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChatMessage } from '../../src/core/reach/chat-message.ts'
import { readMessage } from '../../src/core/reach/read-message.ts'
import { createReachFactsSource } from '../../src/postgres/reach-facts.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { aRecipient } from '../support/reach-facts.ts'

const LATER = Date.parse('2126-11-25T12:00:00Z')

let world: DirectoryWorld

beforeAll(async () => {
  world = await openDirectoryWorld()
})
beforeEach(async () => {
  await world.clear()
  await world.pool.query('delete from gone_nodes')
  await world.addUsers('ann', 'bob')
  const { devices, groups, addresses } = world.directory
  await devices.add({ uid: 'ann', clientId: 'ann-phone', platform: 'ios' })
  await groups.add({ gid: 'g', owner: 'bob', members: ['ann'] })
  await addresses.add({ channel: 'push', clientId: 'ann-phone', provider: 'stub', token: 't' })
})
afterAll(() => world.close())

function messageTo(topic: string): ChatMessage {
  const message = readMessage({
    kind: 'published',
    generation: 'emqx5',
    id: undefined,
    clientId: 'bob-phone',
    topic,
    qos: 1,
    payload: Buffer.from('hello'),
    userProperties: {},
    receivedAt: Date.now(),
  })
  if (message === undefined) throw new Error(`${topic} is no topic of messages`)
  return message
}

async function factsOf(uid: string, topic: string) {
  return createReachFactsSource(world.pool).ask(uid, messageTo(topic))
}

describe('the facts about a recipient', () => {
  it('are those of a user who has set nothing', async () => {
    const { role, facts } = await factsOf('ann', 'group/g/inbox/bob')

    const addresses = [expect.objectContaining({ channel: 'push', deviceId: 'ann-phone' })]
    expect({ role, facts }).toEqual({
      role: 'member',
      facts: { ...aRecipient({ senderRole: 'owner' }).facts, addresses },
    })
  })

  it('are all that was set, here and for the account', async () => {
    const { notifications, contacts } = world.directory
    const quietHours = {
      days: 31,
      from: '22:00',
      to: '07:00',
      zone: 'Europe/Berlin',
      action: 'drop',
    } as const
    const mutedUntil = new Date(LATER)
    await notifications.set('ann', { notify: 'mentions', mutedUntil, quietHours })
    await notifications.setConversation('ann', 'user/bob', { notify: 'none' })
    await notifications.setConversation('ann', 'group/g', { mutedUntil })
    await contacts.block('ann', 'bob')
    await world.pool.query(
      `insert into read_marks values ('ann', 'user/bob', '2026-11-25T12:00:00.5Z')`,
    )

    const direct = await factsOf('ann', 'user/ann/inbox/bob')
    const group = await factsOf('ann', 'group/g/inbox/bob')

    expect(direct).toMatchObject({
      role: undefined,
      facts: {
        isMember: false,
        senderRole: undefined,
        blocksSender: true,
        account: { notify: 'mentions', mutedUntil: LATER },
        conversation: { notify: 'none' },
        quietHours,
        readAt: Date.parse('2026-11-25T12:00:00.5Z'),
      },
    })
    expect(group.facts).toMatchObject({ conversation: { mutedUntil: LATER }, readAt: undefined })
    expect(Object.keys(group.facts.conversation)).toEqual(['mutedUntil'])
  })

  it('know who is disabled, who is unknown, and which device is revoked', async () => {
    await world.directory.users.disable('ann')
    await world.directory.devices.revoke('ann-phone')

    expect((await factsOf('ann', 'user/ann/inbox/bob')).facts).toMatchObject({
      user: 'disabled',
      devices: [{ isRevoked: true }],
    })
    expect((await factsOf('zoe', 'user/zoe/inbox/bob')).facts).toMatchObject({
      user: 'unknown',
      devices: [],
      addresses: [],
    })
  })

  it('know who is online, unless the node is gone that said so', async () => {
    await world.pool.query(`
      insert into device_presence (device_id, user_id, is_online, node, connected_at, disconnected_at)
      values ('ann-phone', 'ann', true, 'n1', '2026-11-25T12:00:00Z', '2026-11-25T11:00:00Z')`)
    const before = await factsOf('ann', 'user/ann/inbox/bob')
    await world.pool.query(`insert into gone_nodes values ('n1', '2026-11-25T11:59:59Z')`)
    const connectedSince = await factsOf('ann', 'user/ann/inbox/bob')
    await world.pool.query(`update gone_nodes set gone_at = '2026-11-25T12:00:01Z'`)
    const after = await factsOf('ann', 'user/ann/inbox/bob')

    const [online] = before.facts.devices
    expect(online).toMatchObject({
      isOnline: true,
      disconnectedAt: Date.parse('2026-11-25T11:00:00Z'),
    })
    expect(connectedSince.facts.devices[0]?.isOnline).toBe(true)
    expect(after.facts.devices[0]?.isOnline).toBe(false)
  })
})
