import { describe, expect, it } from 'vitest'
import { closeAfterEach, startBroker } from '../../../support/broker-world.ts'
import { callManagement, MANAGEMENT } from '../../../support/management-calls.ts'
import { publish, receive, subscribe } from '../../../support/mqtt-steps.ts'
import { type RecordedCall, readRecordedCalls } from '../../../support/recorded-calls.ts'

closeAfterEach()

const NODE = 'emqx58@127.0.0.1'
const OFF = { clientId: 'off1', username: 'off', protocolVersion: 4, clean: false } as const

/** What the recording calls and the demo broker has no need of. */
const UNSERVED =
  /^\/(metrics|stats|cluster|topics|subscriptions|alarms|authorization\/settings|bridges|connectors|actions|bridges_v2|rules|api_key|configs|users|login|publish\/bulk)\b|^\/clients\/api1\/authorization\/cache$/

describe('the management API', () => {
  it('answers what EMQX 5.8 answered, in a world that is set up as it was', async () => {
    const world = await startBroker({ node: NODE, management: MANAGEMENT })
    const { broker, client, event } = world
    const api1 = await client({ clientId: 'api1', username: 'alice', protocolVersion: 4 })
    await client({ clientId: 'api2', username: 'bob', clean: false, properties: expiry(300) })
    await leave('off1', OFF, 'off/1')
    await leave('c2', { clientId: 'c2', username: 'u1', clean: false, properties: expiry(120) })
    await subscribe(api1, 'room/1')

    async function leave(
      id: string,
      connect: Parameters<typeof client>[0],
      ...filters: string[]
    ): Promise<void> {
      const gone = await client(connect)
      if (filters.length > 0) await subscribe(gone, ...filters)
      gone.cut()
      await event('client.disconnected', ({ clientid }) => clientid === id)
    }

    const differing: unknown[] = []
    let compared = 0
    for (const line of readRecordedCalls('emqx-5.8.9/20_rest_api')) {
      if (line.kind === 'note') {
        if (line.what === 'reconnect off1') await reconnect()
        continue
      }
      if (isUnserved(line)) continue
      const { method, path, req, status, resp } = inBulk(line)
      const answer = await callManagement(broker, method, path, req)
      const wanted = { status, body: alike(resp) }
      const got = { status: answer.status, body: alike(answer.body) }
      if (JSON.stringify(got) !== JSON.stringify(wanted)) differing.push({ path, got, wanted })
      compared++
    }

    async function reconnect(): Promise<void> {
      await publish(api1, 'pushed/off')
      const back = await client(OFF)
      expect((await receive(back)).topic).toBe('pushed/off')
      back.cut()
      await event('client.disconnected', () => world.eventsOf('client.disconnected').length === 3)
    }

    expect(differing).toEqual([])
    expect(compared).toBeGreaterThan(40)
  })
})

function expiry(sessionExpiryInterval: number) {
  return { sessionExpiryInterval }
}

function isUnserved({ method, path }: RecordedCall): boolean {
  // One client of four: which one, is up to the broker.
  if (path.includes('gte_connected_at')) return true
  return UNSERVED.test(path) && method !== 'DELETE'
}

/** Herald subscribes in bulk only, so the demo broker does no more. */
function inBulk(call: RecordedCall): RecordedCall {
  if (!/subscribe$/.test(call.path)) return call
  const resp = call.status === 200 ? [call.resp] : call.resp
  return { ...call, path: `${call.path}/bulk`, req: [call.req], resp }
}

/** Without what differs between any two brokers, in one order. */
function alike(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(alike).toSorted(byText)
  if (typeof body !== 'object' || body === null) return body
  const entries = Object.entries(body).filter(([name]) => !VARYING.has(name) && !isCounter(name))
  return Object.fromEntries(
    entries
      .map(([name, value]): [string, unknown] => [
        name,
        name === 'id' ? value.length : alike(value),
      ])
      .toSorted(([a], [b]) => (a < b ? -1 : 1)),
  )
}

function byText(a: unknown, b: unknown): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1
}

const VARYING = new Set([
  'connected_at',
  'disconnected_at',
  'created_at',
  'port',
  'client_attrs',
  'disconn_props',
  'keepalive',
  'uptime',
  'load1',
  'load5',
  'load15',
  'log_path',
  'sys_path',
  'max_fds',
  'memory_total',
  'memory_used',
  'process_available',
  'process_used',
  'enable_authn',
  'peersni',
  'auth_expire_at',
  'reductions',
])

function isCounter(name: string): boolean {
  return /^(send|recv)_|^mqueue_(len|dropped)|_len$|heap|^inflight_cnt|^awaiting_rel_cnt/.test(name)
}
