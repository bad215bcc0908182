import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { TOKEN_KEY } from '../world/login-questions.ts'
import { HOOK_SECRET } from '../world/questions.ts'
import { type ServerProcess, startServer } from './server-process.ts'

const LAUNCHER = fileURLToPath(new URL('../../bin/herald.js', import.meta.url))
const BARE_SERVER = fileURLToPath(new URL('bare-server.ts', import.meta.url))

/** Starts Herald as an operator does: the launcher, and the environment. */
export function startHerald(
  databaseUrl: string,
  folder: string,
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  return startServer({
    name: 'herald',
    args: [LAUNCHER, 'serve'],
    folder,
    env: {
      DATABASE_URL: databaseUrl,
      HERALD_PORT: 'PORT',
      HERALD_HOOK_SECRETS: HOOK_SECRET,
      HERALD_CONTACT_POLICY: 'contacts',
      HERALD_JWT_ALGORITHMS: 'HS256',
      HERALD_JWT_SECRET: TOKEN_KEY,
      ...env,
    },
  })
}

/** Starts the bare route, which answers everything with `reply`. */
export function startBare(reply: string, folder: string): Promise<ServerProcess> {
  return startServer({
    name: 'bare',
    args: [BARE_SERVER],
    folder,
    env: { BENCH_PORT: 'PORT', BENCH_REPLY: reply },
  })
}

/** Brings a database to Herald's schema. */
export async function migrate(databaseUrl: string, folder: string): Promise<void> {
  const { PATH = '', HOME = '' } = process.env
  await promisify(execFile)(process.execPath, [LAUNCHER, 'migrate'], {
    cwd: folder,
    env: { PATH, HOME, DATABASE_URL: databaseUrl },
  })
}
