import mqtt, { type MqttClient } from 'mqtt'
import { pino } from 'pino'
import { type Broker, createBroker } from '../../demo/broker/broker.ts'
import type { BrokerOptions } from '../../demo/broker/broker-settings.ts'
import { composeDirectory } from '../../src/compose/directory.ts'
import { loadConfig } from '../../src/config/load-config.ts'
import type { Directory } from '../../src/core/directory/directory.ts'
import { createSessionStore } from '../../src/postgres/session-store.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { freePort } from './free-port.ts'
import { type RunningHerald, startHerald } from './herald.ts'

const KEY = 'herald'
const SECRET = 'a-secret-of-the-api'

/** The demo broker, a Herald that it asks and that acts on it, and a directory beside both. */
export interface SessionWorld {
  readonly broker: Broker
  readonly database: TestDatabase
  readonly directory: Directory
  readonly herald: RunningHerald
  /** What Herald has to be told to act on the broker. */
  readonly env: Readonly<Record<string, string>>
  /** Calls to the broker's API so far that change something or look at one client. */
  clientCalls(): number
  /** Resolves when all that was reported is stored, and all that follows from it is done. */
  quiet(): Promise<void>
  /** The filters of a client's session, as the broker has them; undefined where there is none. */
  filtersOf(clientId: string): Promise<readonly string[] | undefined>
  isOnline(clientId: string): Promise<boolean>
  /** Sessions that have yet to be tended, those that somebody is at, and attempts in vain. */
  waiting(): Promise<unknown>
  /** As if the next attempts were due. */
  hurry(): Promise<void>
  /** As if the leases of all who are dead were over. */
  leasesPass(): Promise<void>
  /** Adds a user with a device and logs it in. */
  phoneOf(uid: string, options?: PhoneOptions): Promise<TestPhone>
  close(): Promise<void>
}

export interface PhoneOptions {
  readonly clientId?: string
  /** Resumes what an earlier connection left behind; without it a session begins. */
  readonly resume?: boolean
  readonly password?: string
}

export interface TestPhone {
  readonly clientId: string
  readonly client: MqttClient
  readonly texts: readonly string[]
  /** Resolves when a message of that text has come. */
  hears(text: string): Promise<void>
  publish(topic: string, text: string): Promise<void>
  /** Resolves when the broker has ended the connection. */
  readonly ended: Promise<void>
  leave(): Promise<void>
}

export async function openSessionWorld(
  options: BrokerOptions = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<SessionWorld> {
  const database = await createTestDatabase()
  const heraldPort = await freePort()
  const url = `http://127.0.0.1:${heraldPort}`
  const broker = await createBroker({
    hooks: { connectUrl: `${url}/emqx/5/connect`, topicUrl: `${url}/emqx/5/topic` },
    events: { url: `${url}/emqx/5/events`, resumeMs: 50 },
    management: { keys: { [KEY]: SECRET } },
    sharedSubscriptions: false,
    ...options,
  })
  const env = {
    HERALD_EMQX_API_URL: broker.management.url,
    HERALD_EMQX_API_KEY: KEY,
    HERALD_EMQX_API_SECRET: SECRET,
    ...settings,
  }
  const running = await startHerald(database.address, env, pino({ level: 'silent' }), heraldPort)
  let closing: Promise<void> | undefined
  const herald = {
    url: running.url,
    close() {
      closing ??= running.close()
      return closing
    },
  }
  const directory = composeDirectory(
    database.db,
    loadConfig({ flags: {}, env: {}, envFile: {} }),
    () => [],
  )
  const secrets = new Map<string, string>()
  const phones: TestPhone[] = []
  const store = createSessionStore(database.pool)

  async function secretOf(uid: string, clientId: string): Promise<string> {
    const known = secrets.get(clientId)
    if (known !== undefined) return known
    const { rowCount } = await database.pool.query('select from users where id = $1', [uid])
    if (rowCount === 0) await directory.users.add({ uid })
    const { secret } = await directory.devices.add({ uid, clientId })
    secrets.set(clientId, secret)
    return secret
  }

  async function quiet(): Promise<void> {
    await broker.eventsSettled()
    for (;;) {
      const { waiting } = await store.gauge()
      if (waiting === 0) return
      await database.pool.query(`select pg_notify('herald_sessions', '')`)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }

  return {
    broker,
    database,
    directory,
    herald,
    env,
    clientCalls: () =>
      [...broker.management.calls]
        .filter(([route]) => route.includes(':clientid'))
        .reduce((sum, [, count]) => sum + count, 0),
    quiet,
    async filtersOf(clientId) {
      const response = await fetch(
        `${broker.management.url}/api/v5/clients/${clientId}/subscriptions`,
        { headers: { authorization: `Basic ${btoa(`${KEY}:${SECRET}`)}` } },
      )
      const body: unknown = await response.json()
      if (response.status === 404 || !Array.isArray(body)) return undefined
      return body.map(({ topic }: { readonly topic: string }) => topic).sort()
    },
    async isOnline(clientId) {
      const { rowCount } = await database.pool.query(
        'select from device_presence where device_id = $1 and is_online',
        [clientId],
      )
      return rowCount === 1
    },
    async waiting() {
      const { rows } = await database.pool.query(`
        select count(*)::int as waiting, count(lease)::int as claimed, sum(attempts)::int as attempts
        from broker_sessions where due_at is not null`)
      return rows[0]
    },
    async hurry() {
      await database.pool.query(`
        update broker_sessions set due_at = now(), attempts = 0
        where lease is null and due_at is not null`)
    },
    async leasesPass() {
      await database.pool.query('update broker_sessions set due_at = now() where lease is not null')
    },
    async phoneOf(uid, { clientId = `${uid}s-phone`, resume = false, password } = {}) {
      const secret = password ?? (await secretOf(uid, clientId))
      const phone = await switchOn(broker.tcpPort, { uid, clientId, secret, resume })
      phones.push(phone)
      return phone
    },
    async close() {
      for (const { client } of phones) client.end(true)
      await herald.close()
      await broker.close()
      await database.drop()
    },
  }
}

interface Login {
  readonly uid: string
  readonly clientId: string
  readonly secret: string
  readonly resume: boolean
}

async function switchOn(port: number, login: Login): Promise<TestPhone> {
  const { uid, clientId, secret, resume } = login
  const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
    clientId,
    username: uid,
    password: secret,
    protocolVersion: 5,
    clean: !resume,
    properties: { sessionExpiryInterval: 3_600 },
    reconnectPeriod: 0,
  })
  const texts: string[] = []
  const waiting = new Set<() => void>()
  client.on('message', (_, payload) => {
    texts.push(payload.toString())
    for (const look of waiting) look()
  })
  const ended = new Promise<void>((resolve) => client.once('close', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve())
    client.once('error', (error) => {
      client.end(true)
      reject(error)
    })
  })
  client.on('error', () => {})
  return {
    clientId,
    client,
    texts,
    ended,
    hears: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!texts.includes(text)) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
    publish: async (topic, text) => void (await client.publishAsync(topic, text, { qos: 1 })),
    leave: () => client.endAsync(),
  }
}
