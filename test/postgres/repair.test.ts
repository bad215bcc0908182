import { pino } from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { BrokerClient } from '../../src/core/ports/broker-control.ts'
import type { LostConnection } from '../../src/core/presence/lost-connection.ts'
import type { PresenceEvent } from '../../src/core/presence/merge-presence.ts'
import type { Drift } from '../../src/core/repair/drift.ts'
import { createRepair } from '../../src/core/repair/repair.ts'
import { createListing, sweepBroker } from '../../src/core/repair/sweep-broker.ts'
import { createNodeWatch } from '../../src/postgres/node-watch.ts'
import { createPresenceReader } from '../../src/postgres/presence-store.ts'
import { createSessionStore } from '../../src/postgres/session-store.ts'
import { createSweepStore } from '../../src/postgres/sweep-store.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { AWAY, createFakeControl, type FakeControl } from '../support/fake-control.ts'
import { aConnected } from '../support/presence-events.ts'
import { addDevices, apply } from '../support/presence-world.ts'

let database: TestDatabase
let control: FakeControl
let lost: LostConnection[]
let mended: string[]

beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())
beforeEach(async () => {
  await database.pool.query(
    'delete from users; delete from broker_sessions; delete from gone_nodes; delete from broker_nodes',
  )
  await addDevices(database, { ann: ['phone', 'tablet', 'watch'], bob: ['bobs'] })
  control = createFakeControl()
  lost = []
  mended = []
})

const NOW = 100_000

function repair() {
  return createRepair({
    control,
    sweeps: createSweepStore(database.pool),
    nodes: createNodeWatch(database.pool, async (_, connections) => void lost.push(...connections)),
    async mend(events) {
      const presence = events.filter(
        (event): event is PresenceEvent =>
          event.kind === 'connected' || event.kind === 'disconnected',
      )
      lost.push(...(await apply(database, ...presence)).lost)
    },
    meter: { mended: (what, count) => void mended.push(`${what} ${count}`) },
    log: pino({ level: 'silent' }),
    now: () => NOW,
    settleMs: 10_000,
  })
}

/** As `aConnected` says it. */
function aClient(client: Partial<BrokerClient> = {}): BrokerClient {
  return {
    clientId: 'phone',
    username: 'ann',
    node: 'n1',
    isConnected: true,
    peername: '10.0.0.1:1000',
    connectedAt: 1000,
    isCleanStart: false,
    expirySeconds: 7200,
    subscriptionsCount: 2,
    ...client,
  }
}

function lists(...clients: readonly BrokerClient[]): void {
  for (const client of clients) control.clients.set(client.clientId, client)
}

async function holds(clientId: string, filters: readonly string[], uid = 'ann'): Promise<void> {
  await database.pool.query(
    'insert into broker_sessions (client_id, user_id, held) values ($1, $2, $3)',
    [clientId, uid, filters],
  )
}

async function statuses(): Promise<Readonly<Record<string, string>>> {
  const reader = createPresenceReader(database.pool)
  const devices = [...(await reader.devicesOf('ann')), ...(await reader.devicesOf('bob'))]
  return Object.fromEntries(devices.map(({ clientId, status }) => [clientId, status]))
}

async function due(): Promise<readonly string[]> {
  const { rows } = await database.pool.query<{ client_id: string }>(
    'select client_id from broker_sessions where due_at is not null order by client_id',
  )
  return rows.map(({ client_id }) => client_id)
}

describe('a sweep', () => {
  it('finds nothing to mend where all is as it is known', async () => {
    await apply(database, aConnected())
    await holds('phone', ['a', 'b'])
    lists(aClient())
    await repair().sweep()

    expect(mended).toEqual([])
    expect(await due()).toEqual([])
    expect(control.calls).toEqual(['capabilities', 'list'])
  })

  it('notes who is connected and was not heard of', async () => {
    lists(
      aClient(),
      aClient({ clientId: 'tablet' }),
      aClient({ clientId: 'bobs', username: 'bob' }),
    )
    await repair().sweep()

    expect(await statuses()).toEqual({ phone: 'online', tablet: 'online', bobs: 'online' })
    expect(mended.filter((one) => one.startsWith('connection'))).toHaveLength(3)
  })

  it('notes who is gone, and has what they were sent decided again, since whenever it was', async () => {
    await apply(database, aConnected(), aConnected({ clientId: 'tablet' }))
    lists(aClient({ isConnected: false }))
    await repair().sweep()

    expect(await statuses()).toEqual({ phone: 'offline', tablet: 'offline' })
    expect(lost).toMatchObject([
      { clientId: 'phone', keepaliveSeconds: 0, disconnectedAt: NOW },
      { clientId: 'tablet', keepaliveSeconds: 0, disconnectedAt: NOW },
    ])
    expect(mended).toContain('no-connection 2')
  })

  it('asks for each one before it believes that they are gone', async () => {
    await apply(database, aConnected())
    control.hinder = (call) => {
      if (call === 'list') lists(aClient())
      return undefined
    }
    control.listClients = async () => ({ kind: 'done', value: { clients: [], next: undefined } })
    lists(aClient())
    await repair().sweep()

    expect(control.calls).toEqual(['capabilities', 'read phone'])
    expect(await statuses()).toEqual({ phone: 'online' })
  })

  it('leaves out who has connected while it was at it', async () => {
    await apply(database, aConnected({ connectedAt: NOW - 5_000 }))
    await holds('phone', ['a'])
    await repair().sweep()

    expect(await statuses()).toEqual({ phone: 'online' })
    const { rows } = await database.pool.query('select held from broker_sessions')
    expect(rows).toEqual([{ held: ['a'] }])
  })

  it('has a session looked at that has more or fewer filters than it was left with, or was not known', async () => {
    await holds('phone', ['a', 'b'])
    await holds('tablet', ['a', 'b'])
    const offline = { isConnected: false }
    lists(
      aClient({ ...offline, subscriptionsCount: 2 }),
      aClient({ ...offline, clientId: 'tablet', subscriptionsCount: 0 }),
      aClient({ ...offline, clientId: 'watch', subscriptionsCount: 0 }),
    )
    await repair().sweep()

    expect(await due()).toEqual(['tablet', 'watch'])
  })

  it('knows nothing any more of a session that is not there', async () => {
    await holds('phone', ['a'])
    await repair().sweep()

    const { rows } = await database.pool.query('select held from broker_sessions')
    expect(rows).toEqual([{ held: null }])
  })

  it('has a session ended that is of no device of the user whom it names, and of nobody else', async () => {
    lists(
      aClient({ clientId: 'unknown' }),
      aClient({ clientId: 'bobs', username: 'ann' }),
      aClient({ clientId: 'bridge', username: 'bridge' }),
      aClient({ clientId: 'nameless', username: '' }),
    )
    await repair().sweep()

    const tasks = await createSessionStore(database.pool).claim(
      '00000000-0000-0000-0000-00000000000a',
      10,
      1_000,
    )
    expect(tasks.map(({ clientId, standing }) => [clientId, standing]).toSorted()).toEqual([
      ['bobs', 'unknown-device'],
      ['unknown', 'unknown-device'],
    ])
  })

  it('concludes nothing where the broker does not answer to the end', async () => {
    await apply(database, aConnected())
    await holds('phone', ['a'])
    control.hinder = (call) => (call === 'list' ? AWAY : undefined)
    await repair().sweep()

    expect(await statuses()).toEqual({ phone: 'online' })
  })

  it('is left to one replica at a time', async () => {
    const other = await createSweepStore(database.pool).begin()
    lists(aClient())
    await repair().sweep()
    expect(control.calls).toEqual(['capabilities'])

    await other?.end()
    await repair().sweep()
    expect(await statuses()).toEqual({ phone: 'online' })
  })
})

describe('the drift that is told of', () => {
  it('is what a sweep would mend, and nothing is mended', async () => {
    await apply(database, aConnected())
    lists(aClient({ clientId: 'tablet' }), aClient({ clientId: 'watch', isConnected: false }))
    const found: Drift[] = []
    const sweep = await createSweepStore(database.pool).begin()
    if (sweep === undefined) throw new Error('somebody else sweeps')
    const parts = { control, generation: 'emqx5', now: () => NOW, settleMs: 0 } as const
    await sweepBroker(parts, sweep, createListing(found))
    await sweep.end()

    expect(found.map(({ kind, clientId }) => `${kind} ${clientId}`)).toEqual([
      'connection tablet',
      'subscriptions tablet',
      'subscriptions watch',
      'no-connection phone',
    ])
    expect(await statuses()).toEqual({ phone: 'online' })
    expect(await due()).toEqual([])
  })
})

describe('nodes', () => {
  it('that are not named any more are gone, with the connections that they had', async () => {
    await apply(
      database,
      aConnected(),
      aConnected({ clientId: 'bobs', username: 'bob', node: 'n2' }),
    )
    control.nodes = ['n1', 'n2']
    await repair().watchNodes()
    control.nodes = ['n2']
    await repair().watchNodes()

    expect(await statuses()).toEqual({ phone: 'unknown', bobs: 'online' })
    expect(lost).toEqual([
      {
        clientId: 'phone',
        uid: 'ann',
        disconnectedAt: NOW,
        keepaliveSeconds: 60,
        reason: 'node_gone',
      },
    ])
  })

  it('that are back are swept, for nobody knows who has stayed with them', async () => {
    await apply(database, aConnected(), aConnected({ clientId: 'tablet' }))
    await repair().watchNodes()
    control.nodes = []
    await repair().watchNodes()
    lists(aClient())
    control.nodes = ['n1']
    await repair().watchNodes()

    expect(await statuses()).toEqual({ phone: 'online', tablet: 'offline' })
  })

  it('are not gone because the broker does not answer', async () => {
    await apply(database, aConnected())
    await repair().watchNodes()
    control.hinder = () => AWAY
    await repair().watchNodes()

    expect(await statuses()).toEqual({ phone: 'online' })
  })
})
