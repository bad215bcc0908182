import { type Logger, pino } from 'pino'
import { createHerald } from '../../src/compose/herald.ts'
import { loadSetup } from '../../src/compose/setup.ts'
import type { PostgresAddress } from '../../src/postgres/address.ts'

export interface RunningHerald {
  readonly url: string
  close(): Promise<void>
}

/** Herald as `herald serve` puts it together, in this process, on a free port. */
export async function startHerald(
  address: PostgresAddress,
  env: Readonly<Record<string, string>> = {},
  log: Logger = pino({ level: 'silent' }),
  port = 0,
): Promise<RunningHerald> {
  const setup = loadSetup(() => ({ flags: {}, env, envFile: {} }))
  const herald = await createHerald(setup, address, log)
  const url = await herald.app.listen({ host: '127.0.0.1', port })
  return { url, close: herald.close }
}
