import type { Logger } from 'pino'
import { type Config, SHUTDOWN_RESERVE_MS } from '../config/config.ts'
import { StartFault } from '../core/start-fault.ts'
import { migrate } from '../postgres/migrate.ts'
import { createHerald, type Herald } from './herald.ts'
import { ownPostgres } from './postgres.ts'
import { reloadSignal } from './reload-signal.ts'
import type { Setup } from './setup.ts'
import { limitStop } from './stop-limit.ts'
import { stopSignal } from './stop-signal.ts'
import { welcome } from './welcome.ts'

/** The last moment for closing what is left open. */
const LAST_MS = 200

/** Starts Herald, and stops it at the first SIGINT or SIGTERM. At SIGHUP it reads the providers again. */
export async function serve(setup: Setup, log: Logger): Promise<void> {
  const { config } = setup
  const signalled = stopSignal()
  const onReload = reloadSignal()
  void signalled.then(() => limitStop(config.shutdownMs - LAST_MS, log))
  const postgres = await ownPostgres(config, log)
  try {
    const applied = await migrate(postgres.address)
    if (applied.length > 0) log.info({ applied }, 'schema migrated')
    const herald = await createHerald(setup, postgres.address, log)
    try {
      const url = await listen(herald, config)
      onReload(herald.reload)
      process.stdout.write(welcome(url, postgres.whereabouts, config))
      log.info({ signal: await signalled }, 'stopping')
    } finally {
      await closeInTime(herald, config.shutdownMs - SHUTDOWN_RESERVE_MS)
    }
  } finally {
    await postgres.close()
  }
  log.info('stopped')
}

async function listen({ app }: Herald, { http }: Config): Promise<string> {
  try {
    return await app.listen(http)
  } catch (error) {
    throw new StartFault(listenFault(error, http), { cause: error })
  }
}

function listenFault(error: unknown, { host, port }: Config['http']): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is in use: stop what listens there, or choose another with HERALD_PORT.`
    case 'EACCES':
      return `Herald may not listen on port ${port}: choose one above 1023 with HERALD_PORT.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `${host} is no address of this machine: set HERALD_HOST to one that is.`
    default:
      return `Herald can't listen on ${host}:${port} (${error instanceof Error ? error.message : error}).`
  }
}

/** Questions under way are answered; connections that stay open all the same are cut. */
async function closeInTime(herald: Herald, limitMs: number): Promise<void> {
  const cut = setTimeout(() => herald.app.server.closeAllConnections(), limitMs)
  await herald.close()
  clearTimeout(cut)
}
