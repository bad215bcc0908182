import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { StartFault } from '../../core/start-fault.ts'
import { errorCode } from '../error-code.ts'
import type { PostgresPrograms } from './postgres-programs.ts'
import { CAPABILITIES, runAs, SAME_ACCOUNT, type ServerAccount } from './server-account.ts'

/**
 * The user number of the server where root runs Herald. No account needs to have it: systemd's page
 * UIDS-GIDS lists 65520 to 65533 as unused, and the 65536 numbers of a container include it.
 */
const OWN_UID = 65521

/**
 * Chooses as whom the server of `cluster` runs: who runs Herald, or, for root, who owns the data.
 * docs/adr/0002-embedded-postgres-as-root.md tells why, and what was rejected.
 */
export async function chooseAccount(
  programs: PostgresPrograms,
  cluster: string,
): Promise<ServerAccount> {
  if (process.getuid?.() !== 0) return SAME_ACCOUNT
  const uid = (await ownerOf(cluster)) || OWN_UID
  const refusals = new Set<string>()
  for (const capability of [undefined, ...CAPABILITIES]) {
    const account = { uid, capability }
    const refusal = await refusalOf(account, programs, dirname(cluster))
    if (refusal === undefined) return account
    refusals.add(refusal)
  }
  throw new StartFault(
    `PostgreSQL refuses to run as root, and user ${uid} can't use ${dirname(cluster)} and ${programs.postgres} (${[...refusals].join('; ')}): run Herald as an ordinary user, move it below folders that everybody may enter, install setpriv (util-linux), or set DATABASE_URL.`,
  )
}

/**
 * The account for initdb, which insists on one with a name: any but root's, since the data is handed
 * over afterwards.
 */
export async function chooseInitAccount(server: ServerAccount): Promise<ServerAccount> {
  if (server.uid === undefined) return server
  const accounts = await readFile('/etc/passwd', 'utf8')
  for (const line of accounts.split('\n').toReversed()) {
    const uid = Number(line.split(':')[2])
    if (uid > 0) return { ...server, uid }
  }
  throw new StartFault(
    'PostgreSQL refuses to make its data folder as root, and /etc/passwd names nobody else: add an account (nobody, say), or set DATABASE_URL.',
  )
}

/** Tries it out: mode bits tell nothing about access lists and about what root itself was denied. */
async function refusalOf(
  account: ServerAccount,
  programs: PostgresPrograms,
  folder: string,
): Promise<string | undefined> {
  const script = 'cd -- "$1" && test -x "$2" && test -x "$3" && test -r "$4"'
  const args = [folder, programs.initdb, programs.postgres, programs.catalog]
  const { code, output } = await runAs(account, '/bin/sh', ['-c', script, 'sh', ...args])
  if (code === 0) return undefined
  return output.trim() || 'permission denied'
}

async function ownerOf(folder: string): Promise<number | undefined> {
  try {
    return (await stat(folder)).uid
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}
