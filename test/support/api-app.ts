import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { registerApi } from '../../src/compose/api.ts'
import { composeLogins } from '../../src/compose/logins.ts'
import { openPools } from '../../src/compose/pools.ts'
import { openShelf } from '../../src/compose/provider-shelf.ts'
import { providerParts } from '../../src/compose/providers.ts'
import { loadSetup, type Setup } from '../../src/compose/setup.ts'
import { createApp } from '../../src/http/app.ts'
import type { PostgresAddress } from '../../src/postgres/address.ts'
import type { ProviderEntry } from '../../src/providers/provider-entry.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'

/** The REST API as Herald composes it, and nothing else of Herald. */
export interface ApiApp {
  readonly app: FastifyInstance
  readonly setup: Setup
  readonly providers: () => readonly ProviderEntry[]
  close(): Promise<void>
}

/** `env` has settings beside the database. Nothing is asked of the database before the first request. */
export async function openApiApp(
  address: PostgresAddress,
  env: Readonly<Record<string, string>> = {},
): Promise<ApiApp> {
  const setup = loadSetup(() => ({ flags: {}, env: { HERALD_ROLES: 'api', ...env }, envFile: {} }))
  const { config, templates } = setup
  const log = pino({ level: 'silent' })
  const pools = openPools(config, address, log, createMetrics())
  const parts = providerParts(config, templates, log)
  const shelf = await openShelf({ ...setup, parts, log, serve: async () => {} })
  const app = createApp(log)
  const logins = composeLogins(config, { ...pools, log, observeBatch: () => {} })
  const bells = { ring: async () => {} }
  await registerApi(app, config, { pools, log, shelf, templates, logins, bells })
  return {
    app,
    setup,
    providers: shelf.entries,
    async close() {
      await app.close()
      await shelf.close()
      await pools.close()
    },
  }
}
