import { describe, expect, it } from 'vitest'
import { createEmqx4Control } from '../../../src/broker/management/emqx4-control.ts'
import { createEmqx5Control } from '../../../src/broker/management/emqx5-control.ts'
import { startReplayedApi } from '../../support/api-peer.ts'
import { closeAfterEach, closeLater } from '../../support/broker-world.ts'

closeAfterEach()

const VERSIONS = {
  '5.8.9': {
    recording: 'emqx-5.8.9/20_rest_api',
    node: 'emqx58@127.0.0.1',
    port: 44_668,
    minute: 5,
  },
  '5.3.2': {
    recording: 'emqx-5.3.2/20_rest_api',
    node: 'emqx@127.0.0.1',
    port: 50_732,
    minute: 40,
  },
} as const

async function emqx5(version: keyof typeof VERSIONS) {
  const peer = await startReplayedApi(VERSIONS[version].recording, '/api/v5')
  closeLater(() => peer.close())
  const control = createEmqx5Control({ url: peer.url, key: 'k', secret: 's', concurrency: 2 })
  closeLater(() => control.close())
  return { control, peer, ...VERSIONS[version] }
}

async function emqx4() {
  const peer = await startReplayedApi('emqx-4.4.19/v4_05_rest', '/api/v4')
  closeLater(() => peer.close())
  const control = createEmqx4Control({ url: peer.url, key: 'k', secret: 's', concurrency: 2 })
  closeLater(() => control.close())
  return { control, peer }
}

const never = new AbortController().signal

describe.each(['5.8.9', '5.3.2'] as const)('EMQX %s as it was recorded', (version) => {
  it('says what it is', async () => {
    const { control, node } = await emqx5(version)

    expect(await control.capabilities(never)).toEqual({
      kind: 'done',
      value: { generation: 'emqx5', version, nodes: [node] },
    })
  })

  it('knows a client that is connected, and none that is not there', async () => {
    const { control, node, port } = await emqx5(version)

    expect(await control.readClient('api1', never)).toEqual({
      kind: 'done',
      value: {
        clientId: 'api1',
        username: 'alice',
        node,
        isConnected: true,
        peername: `127.0.0.1:${port}`,
        connectedAt: expect.any(Number),
        isCleanStart: true,
        expirySeconds: 0,
        subscriptionsCount: 1,
      },
    })
    expect(await control.readClient('nope', never)).toEqual({ kind: 'absent' })
  })

  it('lists clients with the time of their connect', async () => {
    const { control, minute } = await emqx5(version)

    const page = await control.listClients(undefined, never)

    expect(page).toMatchObject({ kind: 'done', value: { next: '2' } })
    const [first] = page.kind === 'done' ? page.value.clients : []
    expect(new Date(first?.connectedAt ?? 0).getUTCMinutes()).toBe(minute)
  })

  it('lists subscriptions of sessions with and without a connection', async () => {
    const { control } = await emqx5(version)

    const lists = ['api1', 'off1', 'nope'].map((id) => control.subscriptionsOf(id, never))

    expect(await Promise.all(lists)).toEqual([
      { kind: 'done', value: [{ filter: 'room/1', qos: 1 }] },
      { kind: 'done', value: [{ filter: 'off/1', qos: 1 }] },
      { kind: 'absent' },
    ])
  })

  it('takes subscriptions, publishes and forgets verdicts', async () => {
    const { control } = await emqx5(version)
    const message = { topic: 'room/1', payload: Buffer.from('x'), qos: 1 } as const

    const answers = [
      await control.subscribe('off1', ['pushed/off2'], never),
      await control.subscribe('nope', ['x'], never),
      await control.unsubscribe('off1', ['pushed/off2', 'never'], never),
      await control.clearTopicCache('api1', never),
      await control.clearTopicCaches(never),
      await control.publish(message, never),
    ]

    expect(answers.map(({ kind }) => kind)).toEqual([
      'done',
      'absent',
      'done',
      'done',
      'done',
      'done',
    ])
  })
})

describe('EMQX 5.8.9 as it was recorded', () => {
  it('deletes a session', async () => {
    const peer = await startReplayedApi('emqx-5.8.9/61_v58_api_extras', '/api/v5')
    closeLater(() => peer.close())
    const control = createEmqx5Control({ url: peer.url, key: 'k', secret: 's', concurrency: 2 })
    closeLater(() => control.close())

    expect(await control.endSession('off1', never)).toEqual({ kind: 'done', value: undefined })
  })
})

describe('EMQX 4.4.19 as it was recorded', () => {
  it('says what it is', async () => {
    const { control } = await emqx4()

    expect(await control.capabilities(never)).toEqual({
      kind: 'done',
      value: { generation: 'emqx4', version: '4.4.19', nodes: ['emqx44@127.0.0.1'] },
    })
  })

  it('knows a client, but not when it connected, and none that is not there', async () => {
    const { control } = await emqx4()

    expect(await control.readClient('api1', never)).toEqual({
      kind: 'done',
      value: {
        clientId: 'api1',
        username: 'alice',
        node: 'emqx44@127.0.0.1',
        isConnected: true,
        peername: '127.0.0.1:57726',
        connectedAt: undefined,
        isCleanStart: true,
        expirySeconds: 0,
        subscriptionsCount: 1,
      },
    })
    expect(await control.readClient('nope', never)).toEqual({ kind: 'absent' })
  })

  it('lists clients page by page', async () => {
    const { control, peer } = await emqx4()

    const page = await control.listClients('3', never)

    expect(page).toMatchObject({ kind: 'done', value: { next: '4' } })
    expect(peer.received[0]?.path).toBe('/api/v4/clients?_page=3&_limit=1000')
  })

  it('takes subscriptions, publishes, forgets verdicts and ends sessions', async () => {
    const { control } = await emqx4()
    const message = { topic: 'room/1', payload: Buffer.from('x'), qos: 1 } as const

    const answers = [
      await control.subscriptionsOf('api1', never),
      await control.subscribe('api1', ['pushed/2'], never),
      await control.publish(message, never),
      await control.clearTopicCache('api1', never),
      await control.endSession('off1', never),
    ]

    expect(answers.map(({ kind }) => kind)).toEqual(['done', 'done', 'done', 'done', 'done'])
  })
})
