import { once } from 'node:events'
import { createServer } from 'node:https'
import { describe, expect, it } from 'vitest'
import { createEmqx5Control } from '../../../src/broker/management/emqx5-control.ts'
import { type ApiScript, answerJson, startApiPeer } from '../../support/api-peer.ts'
import { closeAfterEach, closeLater, startBroker } from '../../support/broker-world.ts'
import { API_KEY, MANAGEMENT } from '../../support/management-calls.ts'
import { CERTIFICATES } from '../../support/tls-files.ts'

closeAfterEach()

const never = new AbortController().signal
const ROW = { clientid: 'phone', username: 'ann', node: 'n@h', connected: true }

function controlOf(url: string, concurrency = 2) {
  const control = createEmqx5Control({ url, ...API_KEY, concurrency })
  closeLater(() => control.close())
  return control
}

async function answering(script: ApiScript, concurrency?: number) {
  const peer = await startApiPeer(script)
  closeLater(() => peer.close())
  return { peer, control: controlOf(peer.url, concurrency) }
}

describe('a broker that can not answer now', () => {
  it.each([
    { kind: 'status', status: 500 },
    { kind: 'status', status: 503 },
    { kind: 'status', status: 429 },
    { kind: 'status', status: 408 },
    { kind: 'down' },
  ] as const)('is unavailable: %j', async (management) => {
    const { broker } = await startBroker({ management: MANAGEMENT })
    broker.fail({ management })

    const answer = await controlOf(broker.management.url).readClient('phone', never)

    expect(answer.kind).toBe('unavailable')
    expect(answer).toHaveProperty('reason', expect.stringMatching(/\w/))
  })

  it('is unavailable when the time is up, before and while it is called', async () => {
    const { broker } = await startBroker({ management: MANAGEMENT })
    broker.fail({ management: { kind: 'slow', ms: 60_000 } })
    const control = controlOf(broker.management.url)

    const answers = await Promise.all([
      control.readClient('phone', AbortSignal.abort()),
      control.readClient('phone', AbortSignal.timeout(50)),
    ])

    const late = { kind: 'unavailable', reason: 'no answer in time' }
    expect(answers).toEqual([late, late])
  })

  it('may say how long it takes', async () => {
    const { control } = await answering((_, response) => {
      response.writeHead(503, { 'retry-after': '7' }).end()
    })

    expect(await control.clearTopicCaches(never)).toMatchObject({
      kind: 'unavailable',
      retryAfterMs: 7_000,
    })
  })

  it('is called again over a new connection when it is back', async () => {
    const { broker } = await startBroker({ management: MANAGEMENT })
    const control = controlOf(broker.management.url)
    await control.capabilities(never)

    broker.die()
    const away = await control.capabilities(never)
    broker.revive()

    expect(away.kind).toBe('unavailable')
    expect((await control.capabilities(never)).kind).toBe('done')
  })
})

describe('a broker that will not answer', () => {
  it('a wrong key is refused, and the reason does not repeat it', async () => {
    const { broker } = await startBroker({ management: { keys: { herald: 'another secret' } } })

    const answer = await controlOf(broker.management.url).listClients(undefined, never)

    expect(answer).toEqual({ kind: 'refused', reason: expect.stringContaining('API key') })
    expect(JSON.stringify(answer)).not.toContain(API_KEY.secret)
  })

  it.each([
    ['what is no API', (response) => response.writeHead(200).end('<html>welcome</html>')],
    [
      'a row that lacks its client id',
      (response) => answerJson(response, 200, { ...ROW, clientid: 7 }),
    ],
    ['a path that is not there', (response) => response.writeHead(404).end('<html>404</html>')],
    ['a redirect', (response) => response.writeHead(302, { location: '/login' }).end()],
    ['bad input', (response) => answerJson(response, 400, { code: 'BAD_REQUEST', message: 'no' })],
    [
      'more than anybody reads',
      (response) => answerJson(response, 200, { ...ROW, more: 'x'.repeat(9_000_000) }),
    ],
  ] satisfies [string, (response: Parameters<ApiScript>[1]) => void][])(
    'is refused: %s',
    async (_, answer) => {
      const { control } = await answering((_call, response) => answer(response))

      const refused = await control.readClient('phone', never)

      expect(refused.kind).toBe('refused')
      expect(refused).toHaveProperty('reason', expect.stringMatching(/^.{5,350}$/))
    },
  )

  it('is refused where its certificate is of an authority that nobody trusts', async () => {
    const server = createServer(CERTIFICATES.good)
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    closeLater(() => server.close())
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0

    const answer = await controlOf(`https://localhost:${port}`).readClient('phone', never)

    expect(answer).toEqual({ kind: 'refused', reason: expect.stringContaining('certificate') })
  })

  it('is told from one that has another generation of the API', async () => {
    const { control } = await answering((_, response) => response.writeHead(404).end())

    expect(await control.capabilities(never)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('no API of EMQX 5 or 6'),
    })
  })
})

describe('calls', () => {
  it('prove themselves, below the path that a proxy has', async () => {
    const { peer } = await answering((_, response) => answerJson(response, 200, ROW))

    await controlOf(`${peer.url}/broker/`).readClient('a b/c', never)

    const proof = Buffer.from(`${API_KEY.key}:${API_KEY.secret}`).toString('base64')
    expect(peer.received).toEqual([
      {
        method: 'GET',
        path: '/broker/api/v5/clients/a%20b%2Fc',
        body: undefined,
        authorization: `Basic ${proof}`,
      },
    ])
  })

  it('share a few connections and wait for their turn', async () => {
    const waiting: Parameters<ApiScript>[1][] = []
    const { peer, control } = await answering((_, response) => {
      waiting.push(response)
      if (waiting.length < 3) return
      for (const one of waiting.splice(0)) answerJson(one, 200, ROW)
    }, 3)

    const calls = Array.from({ length: 30 }, () => control.readClient('phone', never))

    expect((await Promise.all(calls)).map(({ kind }) => kind)).toEqual(Array(30).fill('done'))
    expect(peer.connections).toBe(3)
  })

  it('go on from the page that was read, until one is empty', async () => {
    const { peer, control } = await answering(({ path }, response) =>
      answerJson(response, 200, {
        data: path.includes('page=3') ? [] : [ROW],
        meta: { hasnext: true },
      }),
    )

    const first = await control.listClients(undefined, never)
    const last = await control.listClients('3', never)

    expect(first).toMatchObject({ value: { next: '2' } })
    expect(last).toMatchObject({ value: { clients: [], next: undefined } })
    expect(peer.received.map(({ path }) => /page=\d+&limit=\d+/.exec(path)?.[0])).toEqual([
      'page=1&limit=1000',
      'page=3&limit=1000',
    ])
  })

  it('read what older and newer versions leave out or add', async () => {
    const row = { ...ROW, username: null, connected: false, ip_address: '::1', port: 5, more: {} }
    const { control } = await answering((_, response) => answerJson(response, 200, row))

    expect(await control.readClient('phone', never)).toEqual({
      kind: 'done',
      value: {
        clientId: 'phone',
        username: '',
        node: 'n@h',
        isConnected: false,
        peername: '[::1]:5',
        connectedAt: undefined,
        isCleanStart: undefined,
        expirySeconds: undefined,
        subscriptionsCount: undefined,
      },
    })
  })

  it('clear what 5.9 and later keep for a node', async () => {
    const { peer, control } = await answering((_, response) => response.writeHead(204).end())

    await control.clearTopicCaches(never)

    expect(peer.received.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'DELETE /api/v5/authorization/cache',
      'POST /api/v5/authorization/node_cache/reset',
    ])
  })

  it('count the oldest of several versions, by its numbers', async () => {
    const node = (name: string, version: string) => ({
      node: name,
      node_status: 'running',
      version,
    })
    const { control } = await answering((_, response) =>
      answerJson(response, 200, [node('a@h', '5.10.0'), node('b@h', '5.8.9')]),
    )

    expect(await control.capabilities(never)).toMatchObject({ value: { version: '5.8.9' } })
  })
})
