import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { composeTopicAccess } from '../../src/compose/access.ts'
import { loadSetup } from '../../src/compose/setup.ts'
import type { TopicAccess } from '../../src/core/access/topic-access.ts'
import type { TopicQuestion } from '../../src/core/access/topic-question.ts'
import { openRequestWorld, type RequestWorld } from '../support/request-world.ts'

let world: RequestWorld
let access: TopicAccess

beforeAll(async () => {
  world = await openRequestWorld()
  const { config } = loadSetup(() => ({ flags: {}, env: {}, envFile: {} }))
  access = composeTopicAccess(world.pool, config)
  for (const uid of ['ann', 'bob']) {
    await world.directory.users.add({ uid })
    await world.directory.devices.add({ uid, clientId: `${uid}-phone` })
  }
  await world.directory.groups.add({ gid: 'g', owner: 'ann' })
})

afterAll(() => world.close())

type Asked = readonly [TopicQuestion['action'], string]

/** What the broker would be told now of bob. */
async function verdict([action, topic]: Asked): Promise<string> {
  const question = { action, topic, uid: 'bob', clientId: 'bob-phone', retain: undefined }
  return (await access.mayUseTopic(question)).kind
}

const SPEAK = ['publish', 'group/g/inbox/bob'] as const
const HEAR = ['subscribe', 'group/g/#'] as const
const JOIN = ['publish', 'group/g/application/bob'] as const
const INVITE = ['publish', 'group/g/invitation/zoe/from/bob'] as const
const WRITE = ['publish', 'user/ann/inbox/bob'] as const
const BEFRIEND = ['publish', 'user/ann/application/bob'] as const

/** A write over REST, and what the next question of bob's is answered; each goes on from the one before. */
const WRITES = [
  ['POST /v1/groups/g/members', { uid: 'bob' }, SPEAK, 'allow'],
  ['PATCH /v1/groups/g/members/bob', { silencedUntil: '2100-01-01T00:00:00Z' }, SPEAK, 'deny'],
  ['PATCH /v1/groups/g/members/bob', { silencedUntil: null }, SPEAK, 'allow'],
  ['PATCH /v1/groups/g', { invitePolicy: 'admins' }, INVITE, 'deny'],
  ['PATCH /v1/groups/g/members/bob', { role: 'admin' }, INVITE, 'allow'],
  ['DELETE /v1/groups/g/members/bob', undefined, HEAR, 'deny'],
  ['PUT /v1/groups/g/members:batch', { members: [{ uid: 'bob' }] }, HEAR, 'allow'],
  ['POST /v1/groups/g/members:remove', { uids: ['bob'] }, HEAR, 'deny'],
  ['PUT /v1/groups/g/bans/bob', undefined, JOIN, 'deny'],
  ['DELETE /v1/groups/g/bans/bob', undefined, JOIN, 'allow'],
  ['PUT /v1/users/ann/blocks/bob', undefined, BEFRIEND, 'deny'],
  ['DELETE /v1/users/ann/blocks/bob', undefined, BEFRIEND, 'allow'],
  ['PATCH /v1/users/ann', { contactPolicy: 'contacts' }, WRITE, 'deny'],
  ['PUT /v1/users/ann/contacts/bob?direction=one-way', undefined, WRITE, 'allow'],
  ['DELETE /v1/users/ann/contacts/bob?direction=one-way', undefined, WRITE, 'deny'],
] as const

describe('the next topic question', () => {
  it.each(WRITES)('knows of %s %j: %s is %s', async (target, body, question, expected) => {
    const { status } = await world.call(target, body)

    expect(status).toBeLessThan(300)
    expect(await verdict(question)).toBe(expected)
  })

  it('knows of a request that was accepted, and of a group that was dissolved', async () => {
    await world.publish('user/ann/application/bob')
    await world.publish('group/g/application/bob')
    const before = [await verdict(WRITE), await verdict(SPEAK)]

    await world.call(`POST /v1/requests/${await world.newest('to=ann')}:accept`)
    await world.call(`POST /v1/requests/${await world.newest('group=g')}:accept`)
    const accepted = [await verdict(WRITE), await verdict(SPEAK)]
    await world.call('DELETE /v1/groups/g')

    expect(before).toEqual(['deny', 'deny'])
    expect(accepted).toEqual(['allow', 'allow'])
    expect(await verdict(SPEAK)).toBe('deny')
  })

  it('lets nobody tell others what became of a request', async () => {
    expect(await verdict(['publish', 'user/ann/request/1'])).toBe('deny')
    expect(await verdict(['publish', 'user/bob/request/1'])).toBe('deny')
  })
})
