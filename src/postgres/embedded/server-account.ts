import { spawn } from 'node:child_process'

/** As whom the server's programs run. PostgreSQL refuses to run as root. */
export interface ServerAccount {
  /** Undefined where it is whoever runs Herald. */
  readonly uid: number | undefined
  /** What root keeps for it, so that it reaches what lies below private folders. */
  readonly capability: Capability | undefined
}

/** The first reads and searches everything, the second writes everything as well. */
export const CAPABILITIES = ['dac_read_search', 'dac_override'] as const
export type Capability = (typeof CAPABILITIES)[number]

export const SAME_ACCOUNT: ServerAccount = { uid: undefined, capability: undefined }

export interface CommandAs {
  readonly file: string
  readonly args: readonly string[]
  readonly uid?: number
  readonly gid?: number
}

/** The program with its arguments, as `spawn` takes them, run as `account`. */
export function commandAs(
  { uid, capability }: ServerAccount,
  program: string,
  args: readonly string[],
): CommandAs {
  if (uid === undefined) return { file: program, args }
  if (capability === undefined) return { file: program, args, uid, gid: uid }
  return { file: 'setpriv', args: [...setprivFlags(uid, capability), '--', program, ...args] }
}

function setprivFlags(uid: number, capability: Capability): readonly string[] {
  return [
    `--reuid=${uid}`,
    `--regid=${uid}`,
    '--clear-groups',
    // access(2), with which the programs look for each other, drops the capabilities of whoever is
    // not root, unless this bit is set.
    '--securebits=+no_setuid_fixup',
    `--inh-caps=-all,+${capability}`,
    `--ambient-caps=-all,+${capability}`,
    `--bounding-set=-all,+${capability}`,
  ]
}

/** Runs the program to its end and returns what it wrote; `code` is null where it did not start. */
export async function runAs(
  account: ServerAccount,
  program: string,
  args: readonly string[],
): Promise<{ readonly code: number | null; readonly output: string }> {
  const { file, args: allArgs, ...as } = commandAs(account, program, args)
  const child = spawn(file, allArgs, { ...as, cwd: '/', env: SERVER_ENVIRONMENT })
  let output = ''
  child.stdout.on('data', (text) => {
    output += text
  })
  child.stderr.on('data', (text) => {
    output += text
  })
  return new Promise((resolve) => {
    child.on('error', (error) => resolve({ code: null, output: error.message }))
    child.on('close', (code) => resolve({ code, output }))
  })
}

/** PGDATA, PGPORT and the like of whoever runs Herald are meant for another server. */
export const SERVER_ENVIRONMENT = {
  PATH: process.env.PATH ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
}
