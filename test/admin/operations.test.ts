import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { DEAD_ID, furnishOperations, MESSAGE_ID } from './operations-furniture.ts'

let world: ApiWorld

beforeAll(async () => {
  world = await openApiWorld()
  await world.directory.users.add({ uid: 'ann' })
  await world.directory.users.add({ uid: 'bob' })
  await furnishOperations(world)
})

afterAll(() => world.close())

describe('ACL rules', () => {
  it('are made, read, listed and deleted, and count at the next question', async () => {
    const rule = {
      effect: 'deny',
      action: 'publish',
      filter: 'lab/${uid}',
      scope: { kind: 'user', uid: 'ann' },
    }
    const made = await world.call('POST /v1/rules', rule)
    const question = { uid: 'ann', clientId: 'p', action: 'publish', topic: 'open/1' }
    await world.directory.devices.add({ clientId: 'p', uid: 'ann' })
    const allowed = await world.call('POST /v1/explain/topic', question)
    const listed = await world.call('GET /v1/rules?limit=1&after=1')
    const read = await world.call(`GET /v1/rules/${made.body.id}`)
    await world.call('DELETE /v1/rules/1')
    const denied = await world.call('POST /v1/explain/topic', question)

    expect(made.body).toMatchObject(rule)
    expect(listed.body).toMatchObject({ items: [made.body], next: null })
    expect(read.body).toEqual(made.body)
    expect(allowed.body).toMatchObject({ verdict: 'allow', reason: 'acl-rule' })
    expect(denied.body).toMatchObject({ verdict: 'deny', reason: 'no-rule' })
    expect((await world.call('GET /v1/rules/1')).body.code).toBe('RULE_NOT_FOUND')
    expect((await world.call('GET /v1/audit?target=rule/1')).body.items).toMatchObject([
      { action: 'rule.delete', before: { filter: 'open/#' }, after: null },
    ])
  })

  it.each([
    [{ filter: 'a/#/b' }, 'INVALID_FILTER'],
    [{ filter: 'a\u0000' }, 'INVALID_FILTER'],
    [{ filter: 'a\ud800' }, 'INVALID_FILTER'],
    [{ scope: { kind: 'user', uid: 'nobody' } }, 'USER_NOT_FOUND'],
    [{ scope: { kind: 'group', gid: 'a\ud800' } }, 'INVALID_IDENTIFIER'],
    [{ scope: { kind: 'user', gid: 'ann' } }, 'INVALID_REQUEST'],
  ])('are not made of %o', async (wrong, code) => {
    const rule = {
      effect: 'allow',
      action: 'all',
      filter: 'a',
      scope: { kind: 'everyone' },
      ...wrong,
    }

    expect((await world.call('POST /v1/rules', rule)).body.code).toBe(code)
  })
})

describe('explanations', () => {
  it('say what the command says', async () => {
    const question = { uid: 'bob', topic: 'user/bob/inbox/ann', payload: '{"body":"hi"}' }
    const { body } = await world.call('POST /v1/explain/reach', question)

    expect(body).toMatchObject({ verdict: 'unreached', reason: 'no-address', deliveries: [] })
    expect(body.facts.map(({ name }: { name: string }) => name)).toContain('message')
  })

  it.each(['\u0000', '\ud800', '{"mentions":["\\u0000"],"title":"\\ud800","id":"\\u0000"}'])(
    'take any payload: %j',
    async (payload) => {
      const question = { uid: 'bob', topic: 'user/bob/inbox/ann', payload }
      expect((await world.call('POST /v1/explain/reach', question)).status).toBe(200)
    },
  )

  it.each(['\u0000', '\ud800', '', '#/a'])('take any topic: %j', async (topic) => {
    const reach = await world.call('POST /v1/explain/reach', { uid: 'bob\ud800', topic })
    const asked = { uid: topic, clientId: topic, action: 'subscribe', topic }

    expect([200, 400]).toContain(reach.status)
    expect((await world.call('POST /v1/explain/topic', asked)).body.verdict).toBe('deny')
  })
})

describe('templates', () => {
  it('are listed by language, read, and shown at work', async () => {
    const { body } = await world.call('GET /v1/templates')
    const preview = await world.call('GET /v1/templates/preview?locale=de&channel=sms')

    expect(
      body.items.find(({ language }: { language: string }) => language === 'en').missing,
    ).toEqual([])
    expect((await world.call('GET /v1/templates/EN')).body.kinds).toContain('digest')
    expect((await world.call('GET /v1/templates/xx')).status).toBe(404)
    expect(preview.body.items.length).toBeGreaterThan(3)
    expect(preview.body.items.every(({ channel }: { channel: string }) => channel === 'sms')).toBe(
      true,
    )
    expect((await world.call('GET /v1/templates/preview?locale=../etc')).status).toBe(400)
  })
})

describe('providers', () => {
  it('are listed with what waits, their circuit, and what they did lately', async () => {
    await world.pool.query(
      `insert into provider_circuits values ('gone', now(), now() + interval '1 hour', 'wrong key')`,
    )
    await world.pool.query(`insert into stats_minutes values
      ('deliveries', date_trunc('minute', now()), 'stub', 'sent', 4, 0)`)
    const { body } = await world.call('GET /v1/providers')

    expect(body.items).toMatchObject([
      { name: 'gone', configured: null, circuit: { isOpen: true, reason: 'wrong key' } },
      {
        name: 'stub',
        configured: { kind: 'stub', limits: { perDay: null } },
        circuit: { isOpen: false },
        lastHour: { sent: 4 },
      },
    ])
  })

  it('are asked whether they take our credentials, which leaves an entry', async () => {
    const { body } = await world.call('POST /v1/providers/stub:check')

    expect(body).toMatchObject({ name: 'stub', result: expect.any(String) })
    expect((await world.call('GET /v1/audit?target=provider/stub')).body.items).toHaveLength(1)
    expect((await world.call('POST /v1/providers/nobody:check')).status).toBe(404)
    expect((await world.call('POST /v1/providers/gone:check')).body.code).toBe('PROVIDER_NOT_FOUND')
  })

  it('with an open circuit are tried at once, where somebody has mended them', async () => {
    const before = await world.call('GET /v1/providers/gone')
    const { body } = await world.call('POST /v1/providers/gone:retry')

    expect(Date.parse(before.body.circuit.probeAt)).toBeGreaterThan(Date.now() + 3_000_000)
    expect(Date.parse(body.probeAt)).toBeLessThanOrEqual(Date.now())
  })
})

describe('receipts', () => {
  it('are noted in any number, and unknown ones counted', async () => {
    const [day = '', , address] = DEAD_ID.split('-')
    const receipts = [
      { ref: DEAD_ID, kind: 'delivered', at: '2026-11-25T12:00:05Z' },
      { ref: DEAD_ID, kind: 'opened' },
      { ref: `${day}-${'0'.repeat(32)}-${address}`, kind: 'opened' },
      { ref: `20269999-${MESSAGE_ID}-1`, kind: 'undelivered', reason: 'full' },
    ]
    const { body } = await world.call('POST /v1/receipts', { receipts })
    const read = await world.call(`GET /v1/deliveries/${DEAD_ID}`)

    expect(body).toEqual({ noted: 2, unknown: 2 })
    expect(read.body.openedAt).not.toBeNull()
    expect(await world.call('POST /v1/receipts', { receipts: [] })).toMatchObject({ status: 400 })
  })
})

describe('read marks', () => {
  it('are set up to a time, a message, or now', async () => {
    const mark = (more: object) =>
      world.call('POST /v1/read-marks', { uid: 'bob', conversation: 'user/ann', ...more })
    const early = await mark({ upTo: '2020-01-01T00:00:00Z' })
    const now = await mark({})

    expect(early.body).toMatchObject({ readAt: '2020-01-01T00:00:00.000Z' })
    expect(Date.parse(now.body.readAt)).toBeGreaterThan(Date.now() - 60_000)
    expect((await mark({ upTo: '2999-01-01T00:00:00Z' })).body.code).toBe('INVALID_TIME')
    expect((await mark({ upToMessage: 'm-1' })).body.code).toBe('MESSAGE_NOT_FOUND')
    expect((await mark({ uid: 'nobody' })).body.code).toBe('USER_NOT_FOUND')
    expect((await mark({ conversation: 'user/a\ud800' })).body.code).toBe('INVALID_CONVERSATION')
  })
})

describe('the audit log', () => {
  it('is listed from the newest, by who and by what', async () => {
    const [newest] = (await world.call('GET /v1/audit?limit=1')).body.items
    const first = await world.call('GET /v1/audit?limit=2')
    const second = await world.call(`GET /v1/audit?limit=2&after=${first.body.next}`)
    const others = await world.call('GET /v1/audit?actor=key/nobody')

    expect(newest).toMatchObject({ action: 'user.read', target: 'user/bob' })
    expect(Number(second.body.items[0].id)).toBeLessThan(Number(first.body.items[1].id))
    expect(
      (await world.call(`GET /v1/audit?actor=${newest.actor}&target=user/bob`)).body.items,
    ).toHaveLength(2)
    expect(others.body).toEqual({ items: [], next: null })
  })
})
