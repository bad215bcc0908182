import type { Logger } from 'pino'
import type { Config } from '../config/config.ts'
import type { PostgresAddress } from '../postgres/address.ts'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
  useEmbeddedPostgres,
} from '../postgres/embedded/embedded-postgres.ts'

/** The configured Postgres, up and running. */
export interface OpenPostgres {
  readonly address: PostgresAddress
  /** In words for people: where the data is. */
  readonly whereabouts: string
  close(): Promise<void>
}

/** Takes `DATABASE_URL`, or starts the embedded server and owns it until `close`. */
export async function ownPostgres(config: Config, log: Logger): Promise<OpenPostgres> {
  return given(config) ?? embedded(config, await startEmbeddedPostgres({ ...config, log }))
}

/** Takes `DATABASE_URL`, or the embedded server, beside the Herald that owns it if there is one. */
export async function borrowPostgres(config: Config, log: Logger): Promise<OpenPostgres> {
  return given(config) ?? embedded(config, await useEmbeddedPostgres({ ...config, log }))
}

function given({ databaseUrl }: Config): OpenPostgres | undefined {
  if (databaseUrl === undefined) return undefined
  return {
    address: { connectionString: databaseUrl },
    whereabouts: 'the PostgreSQL of DATABASE_URL',
    close: async () => {},
  }
}

function embedded({ dataDir }: Config, server: EmbeddedPostgres): OpenPostgres {
  return {
    address: server.address,
    whereabouts: `an embedded PostgreSQL with its data in ${dataDir}`,
    close: () => server.stop(),
  }
}
