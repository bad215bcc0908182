import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import type { BenchWorld } from '../world/open-world.ts'

export interface Herald {
  readonly url: string
  readonly key: string
}

export interface ImportRound {
  readonly heraldMs: number
  readonly copyMs: number
}

const CHUNK_LINES = 2_000

/** Has Herald import users, and gives as many to COPY, into a table that is the same. */
export async function playImport(
  world: BenchWorld,
  herald: Herald,
  users: number,
): Promise<ImportRound> {
  await forget(world)
  const heraldMs = await timed(() => importUsers(herald, users))
  await world.query('create table if not exists bench_users (like users including all)')
  await world.query('truncate bench_users')
  const copyMs = await timed(() => copyUsers(world, users))
  const [counts] = await world.query<{ imported: number; copied: number }>(
    `select (select count(*)::int from users where id like 'import%') as imported,
      (select count(*)::int from bench_users) as copied`,
  )
  if (counts?.imported !== users || counts.copied !== users) {
    throw new Error(`${counts?.imported} imported and ${counts?.copied} copied of ${users}`)
  }
  return { heraldMs, copyMs }
}

async function forget(world: BenchWorld): Promise<void> {
  await world.query(`delete from users where id like 'import%'`)
  await world.query('delete from imports')
  await world.query('vacuum users')
}

async function importUsers({ url, key }: Herald, users: number): Promise<void> {
  const text = chunks(
    users,
    (uid, name) => `{"kind":"user","uid":"${uid}","displayName":"${name}"}\n`,
  )
  const response = await fetch(`${url}/v1/imports/bench`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/x-ndjson' },
    duplex: 'half',
    body: Readable.toWeb(Readable.from(text)),
  })
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
  await response.body?.cancel()
}

async function copyUsers({ databaseUrl }: BenchWorld, users: number): Promise<void> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const copy = client.query(copyFrom('copy bench_users (id, display_name) from stdin'))
    await pipeline(Readable.from(chunks(users, (uid, name) => `${uid}\t${name}\n`)), copy)
  } finally {
    await client.end()
  }
}

function* chunks(users: number, line: (uid: string, name: string) => string): Generator<Buffer> {
  for (let from = 0; from < users; from += CHUNK_LINES) {
    const lines: string[] = []
    for (let n = from; n < Math.min(users, from + CHUNK_LINES); n++) {
      const digits = String(n).padStart(7, '0')
      lines.push(line(`import${digits}`, `Person number ${digits}`))
    }
    yield Buffer.from(lines.join(''))
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}
