import { readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { StartFault } from '../core/start-fault.ts'
import type { Flags } from './doors.ts'
import { flagsOf } from './setting-options.ts'

interface BrokerOptions {
  readonly url?: string
  readonly key?: string
  readonly secretFile?: string
}

/** Short names for the settings that say how the broker is called. */
export function withBroker(command: Command): Command {
  return command
    .option('--url <url>', "the broker's management API (default: HERALD_EMQX_API_URL)")
    .option('--key <name>', 'the API key (default: HERALD_EMQX_API_KEY)')
    .option('--secret-file <path>', 'where its secret stands (default: HERALD_EMQX_API_SECRET)')
}

/** The settings of a command, the short names among them. */
export function brokerFlagsOf(command: Command): Flags {
  const { url, key, secretFile }: BrokerOptions = command.opts()
  return {
    ...flagsOf(command),
    ...(url !== undefined && { HERALD_EMQX_API_URL: url }),
    ...(key !== undefined && { HERALD_EMQX_API_KEY: key }),
    ...(secretFile !== undefined && { HERALD_EMQX_API_SECRET: readSecret(secretFile) }),
  }
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch (cause) {
    throw new StartFault(`The file ${path} with the secret can't be read: correct --secret-file.`, {
      cause,
    })
  }
}

/** Where the broker reaches Herald, without a slash at its end. */
export function heraldUrlIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url !== null && /^https?:$/.test(url.protocol)) return url.href.replace(/\/+$/, '')
  throw new StartFault(
    `--herald-url is ${text}, which is no URL: write such as http://herald:8080.`,
  )
}
