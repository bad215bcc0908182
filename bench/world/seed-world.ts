import type { Client } from 'pg'
import { worldSize } from './world.ts'
import { type SeedStep, seedSteps } from './world-sql.ts'

/**
 * Fills a migrated, empty database with the world.
 *
 * Foreign keys are not looked up row by row, for the rows are made to fit, and indexes that no
 * constraint needs are made once at the end; the tables and indexes are then as any other's.
 */
export async function seedWorld(
  client: Client,
  scale: number,
  passwordHash: string,
  say: (line: string) => void,
): Promise<void> {
  await client.query("set maintenance_work_mem = '512MB'")
  await client.query('set synchronous_commit = off')
  const indexes = await dropIndexes(client)
  for (const step of seedSteps(worldSize(scale), passwordHash)) {
    const startedAt = performance.now()
    await fill(client, step)
    say(`  ${step.table.padEnd(16)} ${seconds(startedAt)} s`)
  }
  const startedAt = performance.now()
  for (const { definition } of indexes) await client.query(definition)
  await client.query('vacuum (analyze)')
  await client.query('checkpoint')
  say(`  ${'indexes, vacuum'.padEnd(16)} ${seconds(startedAt)} s`)
}

interface Index {
  readonly name: string
  readonly definition: string
}

/**
 * Secondary indexes, read from the catalogue, so that no migration need be known here. Those of
 * partitioned tables, which stay empty, are left alone.
 */
async function dropIndexes(client: Client): Promise<readonly Index[]> {
  const { rows } = await client.query<Index>(
    `select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as definition
     from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = 'public'::regnamespace and c.relkind = 'i' and not c.relispartition
       and not exists (select from pg_constraint k where k.conindid = i.indexrelid)`,
  )
  for (const { name } of rows) await client.query(`drop index ${name}`)
  return rows
}

async function fill(client: Client, { table, sql, values = [] }: SeedStep): Promise<void> {
  // The rules bump their version by a trigger; everything else does without.
  const role = table === 'acl_rules' ? 'origin' : 'replica'
  await client.query(`set session_replication_role = ${role}`)
  await client.query(sql, [...values])
}

function seconds(since: number): string {
  return ((performance.now() - since) / 1_000).toFixed(1)
}
