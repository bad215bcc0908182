import type { Pool } from 'pg'
import type { Logger } from 'pino'
import type { Doors, Flags } from './cli/doors.ts'
import { composeTopicAccess } from './compose/access.ts'
import { composeDirectory } from './compose/directory.ts'
import { readDrift } from './compose/drift.ts'
import { borrowPostgres } from './compose/postgres.ts'
import {
  checkEntries,
  listedProviders,
  type ProviderDesk,
  pushTest,
} from './compose/provider-commands.ts'
import { serve } from './compose/serve.ts'
import { currentEntries, loadSetup } from './compose/setup.ts'
import { loadTemplates, previewTemplates, templateLanguages } from './compose/templates.ts'
import type { Config } from './config/config.ts'
import { describeConfig } from './config/describe-config.ts'
import { loadConfig } from './config/load-config.ts'
import { SETTING_FLAGS } from './config/setting-flags.ts'
import { processSources } from './config/sources.ts'
import { explainTopic } from './core/access/explain-topic.ts'
import { noteReceipt } from './core/delivery/note-receipts.ts'
import type { Directory } from './core/directory/directory.ts'
import { markRead } from './core/directory/mark-read.ts'
import type { Doorbells } from './core/ports/sql.ts'
import { explainMessage } from './core/reach/explain-message.ts'
import { explainReach } from './core/reach/explain-reach.ts'
import type { PostgresAddress } from './postgres/address.ts'
import { createMessageTraces } from './postgres/message-traces.ts'
import { migrate } from './postgres/migrate.ts'
import { createDatabase, createPool } from './postgres/pool.ts'
import { createPresenceReader } from './postgres/presence-store.ts'
import { createReachFactsSource } from './postgres/reach-facts.ts'
import { createReadMarker } from './postgres/read-marker.ts'
import { createReceiptStore } from './postgres/receipt-store.ts'
import type { ProviderEntry } from './providers/provider-entry.ts'
import { makeVapidKeys } from './providers/webpush/webpush-vapid.ts'
import { installQueue } from './queue/queue.ts'
import { createLogger } from './telemetry/logger.ts'

/** Joins the rooms: what each command does, on the configuration it is called with. */
export function createDoors(): Doors {
  return {
    settings: SETTING_FLAGS,
    describeConfig: (flags) => describeConfig(processSources(flags)),
    serve: async (flags) => {
      const setup = loadSetup(() => processSources(flags))
      await serve(setup, createLogger(setup.config.log))
    },
    migrate: (flags) =>
      withPostgres(flags, async ({ applied, address, log }) => {
        await installQueue(address, log)
        return applied
      }),
    withDirectory: (flags, work) =>
      withPostgres(flags, async (opened) => work(directoryOf(opened))),
    presenceOf: (flags, uid) =>
      withPostgres(flags, async (opened) => {
        await directoryOf(opened).users.show(uid)
        return createPresenceReader(opened.pool).devicesOf(uid)
      }),
    presenceDrift: (flags) => withPostgres(flags, readDrift),
    markRead: (flags, request) =>
      withPostgres(flags, async ({ pool }) =>
        markRead({ marker: createReadMarker(pool, SILENT), nowMs: Date.now() }, request),
      ),
    explainTopic: (flags, question) =>
      withPostgres(flags, async ({ pool, config }) =>
        explainTopic(composeTopicAccess(pool, config), question),
      ),
    explainReach: (flags, question) =>
      withPostgres(flags, async ({ pool, config }) => {
        const source = createReachFactsSource(pool)
        return explainReach({ source, policy: config.reach, nowMs: Date.now() }, question)
      }),
    explainMessage: (flags, question) =>
      withPostgres(flags, async ({ pool, config }) => {
        const traces = createMessageTraces(pool)
        return explainMessage({ traces, policy: config.reach, nowMs: Date.now() }, question)
      }),
    makeVapidKeys,
    listProviders: (flags) => listedProviders(providerDesk(flags).entries),
    checkProviders: (flags, name) => checkEntries(providerDesk(flags), name),
    noteReceipt: (flags, receipt) =>
      withPostgres(flags, async ({ pool }) =>
        noteReceipt(createReceiptStore(pool), receipt, Date.now()),
      ),
    previewTemplates(flags, locale) {
      const config = loadConfig(processSources(flags))
      return previewTemplates(loadTemplates(config), locale, commandLog(config))
    },
    checkTemplates: (flags) => templateLanguages(loadTemplates(loadConfig(processSources(flags)))),
    testPush: (flags, request) =>
      withPostgres(flags, async (opened) =>
        pushTest(
          { ...opened, entries: opened.entries(), templates: loadTemplates(opened.config) },
          directoryOf(opened),
          request,
        ),
      ),
  }
}

interface Opened {
  readonly config: Config
  readonly address: PostgresAddress
  readonly log: Logger
  readonly pool: Pool
  /** Whom addresses may name. Throws `ConfigFaults`. */
  readonly entries: () => readonly ProviderEntry[]
  /** The migrations that were missing and are applied now. */
  readonly applied: readonly string[]
}

/** A command rings nobody: the ticker finds what it has made due within two seconds. */
const SILENT: Doorbells = { ring: async () => {} }

/** Enough for one command. */
const COMMAND_CONNECTIONS = 2

/** Opens the configured database, migrated, runs `work`, and closes everything. */
async function withPostgres<T>(flags: Flags, work: (opened: Opened) => Promise<T>): Promise<T> {
  const sources = processSources(flags)
  const config = loadConfig(sources)
  const log = commandLog(config)
  const entries = () => currentEntries(config, sources)
  const postgres = await borrowPostgres(config, log)
  try {
    const applied = await migrate(postgres.address)
    const options = { name: 'herald command', max: COMMAND_CONNECTIONS }
    const pool = createPool(postgres.address, options, log)
    try {
      return await work({ config, address: postgres.address, log, pool, applied, entries })
    } finally {
      await pool.end()
    }
  } finally {
    await postgres.close()
  }
}

/** For commands that need no database. */
function providerDesk(flags: Flags): ProviderDesk {
  const { config, entries, templates } = loadSetup(() => processSources(flags))
  return { config, entries, templates, log: commandLog(config) }
}

function directoryOf({ pool, config, entries }: Opened): Directory {
  return composeDirectory(createDatabase(pool), config, entries)
}

function commandLog({ log }: Config): Logger {
  return createLogger({ level: quieter(log.level) })
}

/** A command's result is what it prints; that all went well need not be said beside it. */
function quieter(level: Config['log']['level']): Config['log']['level'] {
  return level === 'info' ? 'warn' : level
}
