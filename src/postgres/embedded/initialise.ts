import { StartFault } from '../../core/start-fault.ts'
import { runAs, type ServerAccount } from './server-account.ts'
import type { ServerPlan } from './server-plan.ts'

/** Name of the superuser. Herald itself connects as an ordinary role. */
export const SUPERUSER = 'postgres'

/** Fills an empty folder with a new cluster, UTF-8 throughout. */
export async function initialise(
  { programs, durable }: ServerPlan,
  account: ServerAccount,
  folder: string,
): Promise<void> {
  const { code, output } = await runAs(account, programs.initdb, [
    `--pgdata=${folder}`,
    `--username=${SUPERUSER}`,
    // Who reaches the socket is who may enter the folder that it lies in.
    '--auth=trust',
    '--encoding=UTF8',
    // The same order and the same letters on every system, whatever its C library knows.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    ...(durable ? [] : ['--no-sync']),
  ])
  if (code === 0) return
  if (output.includes('could not look up effective user ID')) {
    throw new StartFault(
      `PostgreSQL needs a user with a name, and ${process.getuid?.()} has none on this machine: add it to /etc/passwd, run Herald as another user, or set DATABASE_URL.`,
    )
  }
  throw new StartFault(
    `The data folder of the embedded PostgreSQL could not be made: ${reason(output)}.`,
  )
}

function reason(output: string): string {
  const lines = output.split('\n').filter((line) => line !== '')
  return lines.find((line) => line.includes('error:')) ?? lines.at(-1) ?? 'initdb did not say why'
}
