import { LOG_LEVELS, type LogLevel } from '../config.ts'
import { host } from '../kinds/address-kinds.ts'
import { choice } from '../kinds/choice-kinds.ts'
import { duration, integer, port } from '../kinds/number-kinds.ts'
import { path } from '../kinds/text-kinds.ts'
import { databaseUrl } from '../kinds/url-kinds.ts'
import type { DefaultedSetting, Setting } from '../setting.ts'

export const DATABASE_URL: Setting<string> = {
  name: 'DATABASE_URL',
  kind: databaseUrl,
  help: 'The PostgreSQL database that Herald keeps its state in',
  unset: 'an embedded PostgreSQL is started, its data in HERALD_DATA_DIR',
}

export const DATA_DIR: DefaultedSetting<string> = {
  name: 'HERALD_DATA_DIR',
  kind: path,
  fallback: '.herald',
  help: "Where the embedded PostgreSQL's data lies; unused with DATABASE_URL",
}

export const POOL_MAX: DefaultedSetting<number> = {
  name: 'HERALD_POOL_MAX',
  kind: integer({ min: 4, max: 500 }),
  fallback: 10,
  help: 'Connections to the database, at most, beside 15 for questions, events, deliveries and jobs, 11 for the REST API and 6 for sessions at the broker',
}

export const HOST: DefaultedSetting<string> = {
  name: 'HERALD_HOST',
  kind: host,
  fallback: '127.0.0.1',
  help: 'The address to listen on; beyond loopback it takes HERALD_HOOK_SECRETS',
}

export const PORT: DefaultedSetting<number> = {
  name: 'HERALD_PORT',
  kind: port,
  fallback: 8080,
  help: 'The port to listen on; 0 for any that is free',
}

export const SHUTDOWN_TIMEOUT: DefaultedSetting<number> = {
  name: 'HERALD_SHUTDOWN_TIMEOUT',
  kind: duration({ min: 1000, max: 300_000 }),
  fallback: 10_000,
  help: 'How long a stop may take before what is unfinished is cut off',
}

export const LOG_LEVEL: DefaultedSetting<LogLevel> = {
  name: 'HERALD_LOG_LEVEL',
  kind: choice(LOG_LEVELS),
  fallback: 'info',
  help: 'The least important log lines that are written; debug adds stacks to errors',
}
