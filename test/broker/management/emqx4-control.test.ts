import { describe, expect, it } from 'vitest'
import { createEmqx4Control } from '../../../src/broker/management/emqx4-control.ts'
import { answerJson, startApiPeer } from '../../support/api-peer.ts'
import { closeAfterEach, closeLater } from '../../support/broker-world.ts'

closeAfterEach()

const never = new AbortController().signal

async function answering(answer: (path: string) => unknown) {
  const peer = await startApiPeer(({ path }, response) => answerJson(response, 200, answer(path)))
  closeLater(() => peer.close())
  const control = createEmqx4Control({ url: peer.url, key: 'k', secret: 's', concurrency: 2 })
  closeLater(() => control.close())
  return { control, peer }
}

describe('a code of EMQX 4', () => {
  it.each([
    [0, 'done'],
    [112, 'absent'],
    [101, 'unavailable'],
    [102, 'unavailable'],
    [108, 'refused'],
  ])('%i is %s', async (code, kind) => {
    const { control } = await answering(() => ({ code, message: 'words' }))

    const answer = await control.endSession('phone', never)

    expect(answer.kind).toBe(kind)
    if ('reason' in answer) expect(answer.reason).toContain('words')
  })

  it.each([
    [[0, 0], 'done'],
    [[0, 112], 'absent'],
    [[102, 0], 'unavailable'],
    [[0, 115], 'refused'],
  ])('of a batch %j is %s', async (codes, kind) => {
    const { control, peer } = await answering(() => ({
      code: 0,
      data: codes.map((code) => ({ code })),
    }))

    const answer = await control.unsubscribe('phone', ['a', 'b'], never)

    expect(answer.kind).toBe(kind)
    expect(peer.received.map(({ path, body }) => ({ path, body }))).toEqual([
      {
        path: '/api/v4/mqtt/unsubscribe_batch',
        body: [
          { clientid: 'phone', topic: 'a' },
          { clientid: 'phone', topic: 'b' },
        ],
      },
    ])
  })

  it('is missed where there is none', async () => {
    const { control } = await answering(() => ({}))

    const answer = await control.clearTopicCaches(never)

    expect(answer.kind).toBe('refused')
  })
})

describe('EMQX 4', () => {
  it('is not asked for what it would split at a comma', async () => {
    const { control, peer } = await answering(() => ({ code: 0, data: [{ code: 0 }] }))
    const message = { topic: 'a,b', payload: Buffer.from('x'), qos: 0 } as const

    const subscribed = await control.subscribe('phone', ['user/a,b/#'], never)
    const published = await control.publish(message, never)
    const unsubscribed = await control.unsubscribe('phone', ['user/a,b/#'], never)

    expect([subscribed.kind, published.kind, unsubscribed.kind]).toEqual([
      'refused',
      'refused',
      'done',
    ])
    expect(peer.received.map(({ path }) => path)).toEqual(['/api/v4/mqtt/unsubscribe_batch'])
  })

  it('tells a client without subscriptions from one that is not there', async () => {
    const row = { clientid: 'idle', node: 'n@h', connected: true }
    const { control } = await answering((path) => ({
      code: 0,
      data: path === '/api/v4/clients/idle' ? [row] : [],
    }))

    expect(await control.subscriptionsOf('idle', never)).toEqual({ kind: 'done', value: [] })
    expect(await control.subscriptionsOf('nobody', never)).toEqual({ kind: 'absent' })
  })

  it('takes the row of the connected one where two nodes list a client', async () => {
    const { control } = await answering(() => ({
      code: 0,
      data: [
        { clientid: 'phone', node: 'one@h', connected: false },
        { clientid: 'phone', node: 'two@h', connected: true, username: 'undefined' },
      ],
    }))

    expect(await control.readClient('phone', never)).toMatchObject({
      value: { node: 'two@h', username: '' },
    })
  })

  it('is given what a message carries', async () => {
    const { control, peer } = await answering(() => ({ code: 0 }))

    await control.publish(
      { topic: 'a', payload: Buffer.from('ff0001', 'hex'), qos: 1, userProperties: { k: 'v' } },
      never,
    )

    expect(peer.received[0]?.body).toEqual({
      topic: 'a',
      payload: '/wAB',
      encoding: 'base64',
      qos: 1,
      retain: false,
      clientid: 'http_api',
      user_properties: { k: 'v' },
    })
  })
})
