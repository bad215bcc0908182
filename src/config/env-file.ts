import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { StartFault } from '../core/start-fault.ts'

export const ENV_FILE = '.env'

/** What `.env` in `directory` sets; nothing if there is no such file. */
export function readEnvFile(directory: string): Readonly<Record<string, string | undefined>> {
  const path = join(directory, ENV_FILE)
  try {
    return parseEnv(readFileSync(path, 'utf8'))
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return {}
    throw new StartFault(`${path} can't be read (${codeOf(error)}); mend or remove it.`, {
      cause: error,
    })
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error
}
