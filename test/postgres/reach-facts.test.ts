import fc from 'fast-check'
import type { PoolClient } from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ChatMessage } from '../../src/core/reach/chat-message.ts'
import type { ReachFacts } from '../../src/core/reach/reach-facts.ts'
import { readMessage } from '../../src/core/reach/read-message.ts'
import { createReachFactsSource } from '../../src/postgres/reach-facts.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../support/directory-world.ts'
import { anyMessages, anyWorld } from '../support/reach-arbitraries.ts'
import { aRecipient } from '../support/reach-facts.ts'
import { factsOf, insertWorld, recipientsOf } from '../support/reach-world.ts'
import { sized } from '../support/size.ts'

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

function ask(uid: string, topic: string) {
  return createReachFactsSource(world.pool).ask(uid, messageTo(topic))
}

/** Leaves nothing behind. */
async function inTransaction(work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await world.pool.connect()
  try {
    await client.query('begin')
    await client.query('delete from users; delete from groups')
    await work(client)
  } finally {
    await client.query('rollback')
    client.release()
  }
}

/** Lists have no order, and a setting that is not made may stand there as undefined. */
function comparable(facts: ReachFacts): unknown {
  return {
    ...facts,
    conversation: JSON.parse(JSON.stringify(facts.conversation)),
    devices: facts.devices.toSorted((a, b) => (a.deviceId < b.deviceId ? -1 : 1)),
    addresses: facts.addresses.toSorted((a, b) => Number(a.id) - Number(b.id)),
  }
}

describe('the facts about a recipient', () => {
  it('are those on which the decision about batches is held against its function', async () => {
    await fc.assert(
      fc.asyncProperty(anyWorld(), anyMessages(), async (anybody, messages) => {
        await inTransaction(async (client) => {
          await insertWorld(client, anybody)
          const source = createReachFactsSource(client)
          for (const message of messages) {
            for (const uid of recipientsOf(anybody, message)) {
              const { facts } = await source.ask(uid, message)
              expect(comparable(facts)).toEqual(comparable(factsOf(anybody, message, uid)))
            }
          }
        })
      }),
      { numRuns: sized(50, 2000), seed: 3 },
    )
  }, 600_000)

  it('are those of a user who has set nothing', async () => {
    const { role, facts } = await ask('ann', 'group/g/inbox/bob')

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

    const direct = await ask('ann', 'user/ann/inbox/bob')
    const group = await ask('ann', 'group/g/inbox/bob')

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

    expect((await ask('ann', 'user/ann/inbox/bob')).facts).toMatchObject({
      user: 'disabled',
      devices: [{ isRevoked: true }],
    })
    expect((await ask('zoe', 'user/zoe/inbox/bob')).facts).toMatchObject({
      user: 'unknown',
      devices: [],
      addresses: [],
    })
  })

  it('know who is online, unless the node is gone that said so', async () => {
    await world.pool.query(`
      insert into device_presence (device_id, user_id, is_online, node, connected_at, disconnected_at)
      values ('ann-phone', 'ann', true, 'n1', '2026-11-25T12:00:00Z', '2026-11-25T11:00:00Z')`)
    const before = await ask('ann', 'user/ann/inbox/bob')
    await world.pool.query(`insert into gone_nodes values ('n1', '2026-11-25T11:59:59Z')`)
    const connectedSince = await ask('ann', 'user/ann/inbox/bob')
    await world.pool.query(`update gone_nodes set gone_at = '2026-11-25T12:00:01Z'`)
    const after = await ask('ann', 'user/ann/inbox/bob')

    const [online] = before.facts.devices
    expect(online).toMatchObject({
      isOnline: true,
      disconnectedAt: Date.parse('2026-11-25T11:00:00Z'),
    })
    expect(connectedSince.facts.devices[0]?.isOnline).toBe(true)
    expect(after.facts.devices[0]?.isOnline).toBe(false)
  })
})
