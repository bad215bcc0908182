import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ApiWorld, openApiWorld } from '../support/api-world.ts'
import { startHerald } from '../support/herald.ts'
import { addDead, furnishOperations, MESSAGE_ID } from './operations-furniture.ts'

let world: ApiWorld

const id = (address: number, message = MESSAGE_ID) => `20261125-${message}-${address}`
const OTHER_ID = MESSAGE_ID.replace(/1$/, '2')
const idsOf = ({ body }: { body: { items: { id: string }[] } }) => body.items.map((one) => one.id)

beforeAll(async () => {
  world = await openApiWorld()
  const { directory, pool } = world
  await directory.users.add({ uid: 'ann', displayName: 'Ann' })
  await directory.users.add({ uid: 'bob' })
  await directory.devices.add({ clientId: 'bobs-phone', uid: 'bob' })
  for (const token of ['t1', 't2', 't3', 't4', 't5', 't6']) {
    await directory.addresses.add({
      clientId: 'bobs-phone',
      channel: 'push',
      provider: 'stub',
      token,
    })
  }
  await furnishOperations(world)
  await addDead(pool, MESSAGE_ID, 3, {
    state: 'expired',
    reason: 'late',
    expires_at: '2020-01-01',
  })
  await addDead(pool, MESSAGE_ID, 4, { state: 'withdrawn', reason: 'read', provider: 'other' })
  await addDead(pool, MESSAGE_ID, 5, { state: 'sent' })
  await addDead(pool, OTHER_ID, 6, { user_id: 'ann', reason: 'x'.repeat(500), provider: 'other' })
  await pool.query(`insert into attempts values
    ('2026-11-25', '${MESSAGE_ID}', 1, 1, 'rejected', 'BadDeviceToken', null, '2026-11-25T12:00:01Z')`)
})

afterAll(() => world.close())

describe('deliveries that reached nobody', () => {
  it.each([
    ['', [id(6, OTHER_ID), id(4), id(3), id(2), id(1)]],
    ['?user=bob', [id(4), id(3), id(2), id(1)]],
    ['?user=bob&state=failed', [id(2), id(1)]],
    ['?user=bob&provider=other&reason=read', [id(4)]],
    ['?state=withdrawn', [id(4)]],
    ['?provider=other', [id(6, OTHER_ID), id(4)]],
    ['?provider=other&state=failed', [id(6, OTHER_ID)]],
    ['?reason=no', [id(2), id(1)]],
    ['?reason=read&provider=stub', []],
    ['?user=carl', []],
  ])('are found by %s', async (query, found) => {
    expect(idsOf(await world.call(`GET /v1/deliveries${query}`))).toEqual(found)
  })

  it.each(['', '?user=bob', '?reason=no'])('are listed page by page: %s', async (query) => {
    const ampersand = query === '' ? '?' : `${query}&`
    const all = idsOf(await world.call(`GET /v1/deliveries${query}`))
    const paged: string[] = []
    for (let after = ''; paged.length < all.length; ) {
      const page = await world.call(`GET /v1/deliveries${ampersand}limit=1${after}`)
      paged.push(...idsOf(page))
      after = `&after=${page.body.next}`
    }

    expect(paged).toEqual(all)
  })

  it.each([
    ['?after=x', 'INVALID_PAGE'],
    [`?after=20260231-${MESSAGE_ID}-1`, 'INVALID_PAGE'],
    ['?state=sent', 'INVALID_REQUEST'],
  ])('are not asked for by %s', async (query, code) => {
    expect((await world.call(`GET /v1/deliveries${query}`)).body.code).toBe(code)
  })

  it('are read with their attempts, and with a reason in words', async () => {
    const failed = await world.call(`GET /v1/deliveries/${id(1)}`)
    const withdrawn = await world.call(`GET /v1/deliveries/${id(4)}`)

    expect(failed.body).toMatchObject({
      state: 'failed',
      attempts: [{ attempt: 1, outcome: 'rejected', reason: 'BadDeviceToken' }],
    })
    expect(withdrawn.body.because).toContain('has read the conversation')
    expect((await world.call(`GET /v1/deliveries/${id(99)}`)).body.code).toBe('DELIVERY_NOT_FOUND')
    expect(
      (await world.call(`GET /v1/deliveries/${id(1).replace('20261125', '20269999')}`)).status,
    ).toBe(404)
  })
})

describe('a message', () => {
  it('is traced without what it says, for one user or all', async () => {
    const all = await world.call(`GET /v1/messages/${MESSAGE_ID}`, undefined, {
      key: world.keys.support,
    })
    const anns = await world.call(`GET /v1/messages/${MESSAGE_ID}?user=ann`)
    const content = await world.call(`GET /v1/messages/${MESSAGE_ID}/content`)

    expect(all.body).toMatchObject({ id: MESSAGE_ID, from: 'ann', deliveries: { total: 5 } })
    expect(JSON.stringify(all.body)).not.toContain('hello')
    expect(anns.body.deliveries.items).toEqual([])
    expect(content.body.content).toEqual({ body: 'hello' })
    expect((await world.call(`GET /v1/messages/${'f'.repeat(32)}`)).body.code).toBe(
      'MESSAGE_NOT_FOUND',
    )
  })

  it('is listed by inbox and by conversation, page by page', async () => {
    await world.pool.query(`insert into messages (day, id, kind, inbox, from_uid, gid, sent_at, expires_at)
      select '2026-11-25', md5(n::text)::uuid, kind, inbox, sender, null, '2026-11-25T13:00:00Z', '2999-01-01'
      from (values (1, 'direct-message', 'user/ann', 'bob'), (2, 'direct-message', 'user/bob', 'cleo'),
        (3, 'group-message', 'group/hikers', 'ann'), (4, 'direct-message', 'user/bob', 'ann'))
        m (n, kind, inbox, sender)`)
    const list = (query: string) => world.call(`GET /v1/messages?${query}`)
    const inbox = await list('user=bob')
    const first = await list('user=bob&limit=1')
    const rest = await list(`user=bob&limit=5&after=${first.body.next}`)
    const between = await list('user=ann&conversation=user/bob')

    expect(inbox.body.items).toHaveLength(3)
    expect([...idsOf(first), ...idsOf(rest)]).toEqual(idsOf(inbox))
    expect(between.body.items.map(({ from }: { from: string }) => from).sort()).toEqual([
      'ann',
      'ann',
      'bob',
    ])
    expect((await list('conversation=group/hikers')).body.items).toHaveLength(1)
    for (const query of [
      '',
      'conversation=user/bob',
      'conversation=x',
      'user=bob&conversation=user/ann/application',
    ]) {
      expect((await list(query)).body.code).toBe('INVALID_CONVERSATION')
    }
  })
})

describe('what failed or expired', () => {
  it('is sent again by a worker when it is redriven, with an audit entry', async () => {
    const herald = await startHerald(world.address, { HERALD_ROLES: 'worker,sweeper' })
    const redriven = await world.call(
      `POST /v1/deliveries/${id(1)}:redrive`,
      {},
      { key: world.keys.operator },
    )
    const read = () => world.call(`GET /v1/deliveries/${id(1)}`)
    await vi.waitUntil(async () => (await read()).body.state === 'sent', { timeout: 10_000 })
    const sent = await read()
    await herald.close()
    const audit = await world.call(`GET /v1/audit?target=delivery/${id(1)}`)

    expect(redriven.body).toMatchObject({ state: 'queued', attempt: 0, attempts: [], reason: null })
    expect(sent.body).toMatchObject({ state: 'sent', attempt: 1, reason: null })
    expect(sent.body.providerId).not.toBeNull()
    expect(audit.body.items).toHaveLength(1)
    expect(audit.body.items[0]).toMatchObject({
      action: 'delivery.redrive',
      before: { state: 'failed', attempts: [{ reason: 'BadDeviceToken' }] },
      after: { state: 'queued' },
    })
  })

  it('takes another expiry where its own is over', async () => {
    const path = `POST /v1/deliveries/${id(3)}:redrive`
    const refused = await world.call(path, {})
    const taken = await world.call(path, { expiresAt: '2999-01-01T00:00:00Z' })

    expect(refused.body.code).toBe('DELIVERY_EXPIRED')
    expect(taken.body).toMatchObject({ state: 'queued', expiresAt: '2999-01-01T00:00:00.000Z' })
  })

  it('is not what was sent, withdrawn, or waits', async () => {
    for (const address of [3, 4, 5]) {
      const { body } = await world.call(`POST /v1/deliveries/${id(address)}:discard`)
      expect(body.code).toBe('DELIVERY_NOT_DEAD')
    }
  })

  it('is discarded, and can be folded into no more', async () => {
    const { body } = await world.call(`POST /v1/deliveries/${id(2)}:discard`)

    expect(body).toMatchObject({ state: 'withdrawn', reason: 'discarded' })
    expect(body.because).toBe('somebody has given it up')
  })

  it('is mended by filter, in batches, with one audit entry each', async () => {
    const batch = 'a'.repeat(32)
    for (let n = 1; n <= 5; n++) {
      await addDead(world.pool, batch, n, {
        provider: 'batch',
        ...(n === 3 && { expires_at: '2020-01-01' }),
      })
    }
    const first = await world.call('POST /v1/deliveries:redrive', { provider: 'batch', limit: 3 })
    const second = await world.call('POST /v1/deliveries:redrive', {
      provider: 'batch',
      limit: 3,
      after: first.body.next,
    })
    const third = await world.call('POST /v1/deliveries:discard', { provider: 'batch' })
    const { rows } = await world.pool.query(
      `select address_id as id, state from deliveries where provider = 'batch' order by address_id`,
    )
    const audit = await world.call('GET /v1/audit?target=deliveries')

    expect(first.body).toEqual({ done: 2, skipped: 1, next: id(3, batch) })
    expect(second.body).toEqual({ done: 2, skipped: 0, next: null })
    expect(third.body).toEqual({ done: 1, skipped: 0, next: null })
    expect(rows.map(({ state }) => state)).toEqual([
      'queued',
      'queued',
      'withdrawn',
      'queued',
      'queued',
    ])
    expect(audit.body.items[0]).toMatchObject({
      action: 'delivery.discard',
      before: null,
      after: { provider: 'batch', done: 1 },
    })
    expect(audit.body.items).toHaveLength(3)
  })

  it('takes its conversation’s slot only where that is free', async () => {
    const { rows } = await world.pool.query(
      `select carrier_id::text as carrier, state from conversation_slots where conversation = 'user/ann'
       order by address_id`,
    )

    // Of the address of the first, which was sent, and of that which waits; a message that is gone takes none.
    expect(rows.map(({ state }) => state)).toEqual(['sent', 'waiting'])
  })
})
