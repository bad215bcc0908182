import { pino } from 'pino'
import { type Broker, createBroker } from '../../demo/broker/broker.ts'
import type { BrokerOptions } from '../../demo/broker/broker-settings.ts'
import { applySetup } from '../../src/broker/provisioning/apply-setup.ts'
import { createConfigurationApi } from '../../src/broker/provisioning/configuration-api.ts'
import { consultDoctor } from '../../src/compose/doctor.ts'
import { loadSetup } from '../../src/compose/setup.ts'
import type { Diagnosis } from '../../src/core/doctor/diagnose.ts'
import type { BrokerAccess, SetupReport } from '../../src/core/ports/provisioning.ts'
import { createTestDatabase, type TestDatabase } from './database.ts'
import { type RunningHerald, startHerald } from './herald.ts'

const HOOK_SECRET = 'the-hook-secret-of-a-test'

const HERALD_ENV = { HERALD_HOOK_SECRETS: HOOK_SECRET }

/** A Herald, its database, and brokers that are set up for it, or are not. */
export interface SetupWorld {
  readonly herald: RunningHerald
  readonly database: TestDatabase
  /** As it comes out of its package: nobody is asked, and the stock file allows all. */
  stockBroker(options?: BrokerOptions): Promise<BrokerUnderTest>
  close(): Promise<void>
}

export interface BrokerUnderTest {
  readonly broker: Broker
  readonly access: BrokerAccess
  /** What `herald emqx apply` does. */
  apply(takes: 'none' | 'own' | 'all', choices?: Partial<Choices>): Promise<SetupReport>
  /** A call to its API, which has to succeed. */
  change(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<void>
  read(path: string): Promise<unknown>
  close(): Promise<void>
}

interface Choices {
  readonly hasAcks: boolean
  readonly hasAutoSubscribe: boolean
  readonly hasSentCopies: boolean
}

const KEY = { key: 'herald', secret: 'the-secret-of-an-api-key' }

export async function createSetupWorld(
  env: Readonly<Record<string, string>> = {},
): Promise<SetupWorld> {
  const database = await createTestDatabase()
  const herald = await startHerald(database.address, { ...HERALD_ENV, ...env })
  return {
    herald,
    database,
    stockBroker: (options) => stockBroker(herald.url, options),
    async close() {
      await herald.close()
      await database.drop()
    },
  }
}

async function stockBroker(heraldUrl: string, options: BrokerOptions = {}) {
  const management = { keys: { [KEY.key]: KEY.secret }, ...options.management }
  const broker = await createBroker({ noMatch: 'allow', ...options, management })
  const access = { url: broker.management.url, ...KEY }
  const api = createConfigurationApi(access)
  async function change(method: 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown) {
    const { status } = await api.call(method, path, body)
    if (status >= 300) throw new Error(`${method} ${path}: ${status}`)
  }
  await change('POST', '/authorization/sources', { type: 'file', enable: true, rules: '' })
  return {
    broker,
    access,
    change,
    read: async (path: string) => (await api.call('GET', path)).body,
    apply: (takes: 'none' | 'own' | 'all', choices: Partial<Choices> = {}) =>
      applySetup({
        access,
        takes,
        wishes: {
          heraldUrl,
          secret: HOOK_SECRET,
          hasAcks: true,
          hasAutoSubscribe: true,
          hasSentCopies: false,
          ...choices,
        },
      }),
    close: () => broker.close(),
  }
}

/** `herald doctor`, as one is called whose environment is this. */
export async function consult(
  { herald, database }: Pick<SetupWorld, 'herald' | 'database'>,
  access: BrokerAccess | undefined,
  env: Readonly<Record<string, string>> = {},
  probePatienceMs = 5_000,
): Promise<readonly Diagnosis[]> {
  const { host, port, database: name, user } = database.address
  const url = `postgres://${user}@${encodeURIComponent(host)}:${port}/${name}`
  const sources = { flags: {}, env: { ...HERALD_ENV, DATABASE_URL: url, ...env }, envFile: {} }
  const { config, entries, templates } = loadSetup(() => sources)
  const desk = { config, entries, templates, log: pino({ level: 'silent' }) }
  return consultDoctor({ desk, access, heraldUrl: herald.url, probePatienceMs })
}

/** The names of the checks that something was wrong with. */
export function wrongOf(diagnoses: readonly Diagnosis[]): readonly string[] {
  return diagnoses.filter(({ result }) => result === 'wrong').map(({ check }) => check)
}
