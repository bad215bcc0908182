import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '../error-code.ts'

/** What a server says about itself in its data folder while it runs, or after it was killed. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  readonly socketFolder: string
}

/** Reads `postmaster.pid`; undefined where there is none, or where it is not yet written in full. */
export async function readPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFileIfAny(join(cluster, 'postmaster.pid'))
  // PostgreSQL's src/include/utils/pidfile.h numbers the lines.
  const [pid = '', , , port = '', socketFolder = '', listenAddress] = text.split('\n')
  if (listenAddress === undefined || socketFolder === '') return undefined
  return { pid: Number(pid), port: Number(port), socketFolder }
}

async function readFileIfAny(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ''
    throw error
  }
}
