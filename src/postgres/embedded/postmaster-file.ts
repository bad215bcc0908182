import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../error-code.ts'

/** What a server says about itself in its data folder while it runs, or after it was killed. */
export interface Postmaster {
  readonly pid: number
  /** The data folder. In a copy of one that of the original. */
  readonly cluster: string
  readonly port: number
  readonly socketFolder: string
}

/** Reads `postmaster.pid`; undefined where there is none, or where it is not yet written in full. */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  return parsePostmaster(await readFileIfAny(join(cluster, 'postmaster.pid')))
}

/** Undefined where the text is not yet complete. */
export function parsePostmaster(text: string): Postmaster | undefined {
  // PostgreSQL's src/include/utils/pidfile.h numbers the lines.
  const [pid = '', cluster = '', , port = '', socketFolder = '', listenAddress] = text.split('\n')
  if (listenAddress === undefined || socketFolder === '') return undefined
  return { pid: Number(pid), cluster, port: Number(port), socketFolder }
}

async function readFileIfAny(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ''
    throw error
  }
}
