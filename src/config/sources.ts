import { ENV_FILE, readEnvFile } from './env-file.ts'
import type { Setting } from './setting.ts'

type Texts = Readonly<Record<string, string | undefined>>

/** Where settings come from, all of them keyed by environment name. */
export interface Sources {
  readonly flags: Texts
  readonly env: Texts
  /** The content of `.env`. */
  readonly envFile: Texts
}

export type Origin = 'flag' | 'env' | typeof ENV_FILE

/** A setting's text as somebody gave it. */
export interface Given {
  readonly text: string
  readonly origin: Origin
}

/** The sources of this process: its environment, `.env` in its working directory, and `flags`. */
export function processSources(flags: Texts): Sources {
  return { flags, env: process.env, envFile: readEnvFile(process.cwd()) }
}

/**
 * Who names a setting first: a flag, the environment, `.env`. An empty text stands for the default,
 * so that a line of `.env` can be taken back.
 */
export function given(sources: Sources, setting: Setting<unknown>): Given | undefined {
  const { flags, env, envFile } = sources
  const text = flags[setting.name] ?? env[setting.name] ?? envFile[setting.name]
  if (text === undefined || text.trim() === '') return undefined
  return { text: text.trim(), origin: originOf(sources, setting.name) }
}

function originOf({ flags, env }: Sources, name: string): Origin {
  if (flags[name] !== undefined) return 'flag'
  return env[name] !== undefined ? 'env' : ENV_FILE
}
