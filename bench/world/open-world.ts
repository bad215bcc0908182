import { totalmem } from 'node:os'
import { hash } from '@node-rs/argon2'
import { Client, Pool } from 'pg'
import {
  type EmbeddedPostgres,
  startEmbeddedPostgres,
} from '../../src/postgres/embedded/embedded-postgres.ts'
import { migrate } from '../servers/herald.ts'
import { cpuUsOfTree } from '../servers/process-usage.ts'
import { PASSWORD } from './login-questions.ts'
import { seedWorld } from './seed-world.ts'
import { WORLD_VERSION } from './world-sql.ts'

/** A seeded database. */
export interface BenchWorld {
  readonly scale: number
  /** For Herald: its ordinary role, by the server's socket. */
  readonly databaseUrl: string
  /** Runs SQL as Herald's role would. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<readonly Row[]>
}

/** The bench's own server, with a database for each scale; they are kept from run to run. */
export interface BenchPostgres {
  /** Opens the world of a scale; seeds it where it is missing. */
  openWorld(scale: number): Promise<BenchWorld>
  /** CPU that Postgres has used so far, in microseconds; undefined where there is no /proc. */
  cpuUs(): number | undefined
  close(): Promise<void>
}

export async function startBenchPostgres(
  folder: string,
  say: (line: string) => void,
): Promise<BenchPostgres> {
  const settings = { shared_buffers: `${SHARED_BUFFERS_MIB}MB` }
  const server = await startEmbeddedPostgres({ dataDir: folder, log: SILENT, settings })
  const pools: Pool[] = []
  return {
    async openWorld(scale) {
      const databaseUrl = await prepareDatabase(server, scale, folder, say)
      const pool = new Pool({ ...server.address, database: databaseName(scale), max: 4 })
      pools.push(pool)
      return {
        scale,
        databaseUrl,
        query: async (sql, values = []) => (await pool.query(sql, [...values])).rows,
      }
    },
    cpuUs: () => cpuUsOfTree(server.pid),
    async close() {
      for (const pool of pools) await pool.end()
      await server.stop()
    },
  }
}

function databaseName(scale: number): string {
  return `bench_${String(scale).replace('.', '_')}`
}

/**
 * A quarter of the memory, as PostgreSQL's documentation advises (§19.4.1): with the 128 MB of the
 * embedded server, a million users would be read through the system's cache again and again.
 */
const SHARED_BUFFERS_MIB = Math.min(4_096, Math.floor(totalmem() / 4 / 1_048_576))

const SILENT = { info: () => {}, warn: () => {} }

async function prepareDatabase(
  { address }: EmbeddedPostgres,
  scale: number,
  folder: string,
  say: (line: string) => void,
): Promise<string> {
  const database = databaseName(scale)
  const url = new URL(`postgresql://${address.user}@socket.invalid/${database}`)
  url.searchParams.set('host', address.host)

  const isKept = await asSuperuser(address, 'postgres', (client) => hasWorld(client, database))
  if (!isKept || !(await isMigratable(url.href, folder))) {
    say(`seeding the world of scale ${scale}; it is kept in ${folder}`)
    await asSuperuser(address, 'postgres', (client) => remake(client, database, address.user))
    await migrate(url.href, folder)
    await asSuperuser(address, database, async (client) => {
      await seedWorld(client, scale, await passwordHash(), say)
      await client.query(`comment on database ${database} is '${MARK}'`)
    })
  }
  await asSuperuser(address, database, readAhead)
  return url.href
}

/** A world from before a migration is kept, unless the migrations themselves were rewritten. */
async function isMigratable(databaseUrl: string, folder: string): Promise<boolean> {
  return await migrate(databaseUrl, folder).then(
    () => true,
    () => false,
  )
}

/** On the database once it is seeded to the end, so that half a world is made anew. */
const MARK = `world ${WORLD_VERSION}`

async function hasWorld(client: Client, database: string): Promise<boolean> {
  const { rows } = await client.query<{ mark: string | null }>(
    `select shobj_description(oid, 'pg_database') as mark from pg_database where datname = $1`,
    [database],
  )
  return rows[0]?.mark === MARK
}

async function remake(client: Client, database: string, owner: string): Promise<void> {
  await client.query(`drop database if exists ${database} with (force)`)
  await client.query(`create database ${database} owner ${owner}`)
}

/** Argon2id with the parameters that OWASP's Password Storage Cheat Sheet names first. */
async function passwordHash(): Promise<string> {
  return await hash(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
}

/** A server that has just started reads from disk what it would have in memory an hour later. */
async function readAhead(client: Client): Promise<void> {
  await client.query('create extension if not exists pg_prewarm')
  await client.query(
    `select pg_prewarm(oid) from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')`,
  )
}

async function asSuperuser<T>(
  address: EmbeddedPostgres['address'],
  database: string,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({ ...address, user: 'postgres', database })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
