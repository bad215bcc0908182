import { pino } from 'pino'
import { registerApi } from '../../src/compose/api.ts'
import { openPools } from '../../src/compose/pools.ts'
import { openShelf } from '../../src/compose/provider-shelf.ts'
import { providerParts } from '../../src/compose/providers.ts'
import { loadSetup } from '../../src/compose/setup.ts'
import { createApp } from '../../src/http/app.ts'
import { createMetrics } from '../../src/telemetry/metrics.ts'

/** Nobody listens there, and nobody is asked to. */
const NOWHERE = {
  host: '127.0.0.1',
  port: 1,
  user: 'nobody',
  database: 'nothing',
  ssl: false,
} as const

/** The OpenAPI document as Herald serves it, made without a database. */
export async function readApiDocument(): Promise<string> {
  const setup = loadSetup(() => ({ flags: {}, env: { HERALD_ROLES: 'api' }, envFile: {} }))
  const log = pino({ level: 'silent' })
  const { config, templates } = setup
  const pools = openPools(config, NOWHERE, log, createMetrics())
  const parts = providerParts(config, templates, log)
  const shelf = await openShelf({ ...setup, parts, log, serve: async () => {} })
  const app = createApp(log)
  try {
    await registerApi(app, config, { pools, log, shelf, templates })
    const { body } = await app.inject('/openapi.json')
    return body
  } finally {
    await app.close()
    await shelf.close()
    await pools.close()
  }
}
