import { type Kysely, sql, type Transaction } from 'kysely'
import type { ImportLine, LineRefusal } from '../core/bulk/import-line.ts'
import type {
  ImportBatch,
  ImportState,
  ImportStore,
  ResolveAddress,
} from '../core/ports/import-store.ts'
import { createAuditStore } from './audit-store.ts'
import { writeAddresses } from './bulk-addresses.ts'
import {
  type Numbered,
  type Written,
  writeDevices,
  writeGroups,
  writeMembers,
  writeUsers,
} from './bulk-writes.ts'
import { errorCode } from './error-code.ts'
import type { Database } from './tables.ts'

const FOREIGN_KEY_VIOLATION = '23503'
const ATTEMPTS_MAX = 5

export function createImportStore(db: Kysely<Database>): ImportStore {
  return {
    async open(name) {
      await db
        .insertInto('imports')
        .values({ name })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const row = await selectImports(db)
        .select('digest')
        .where('name', '=', name)
        .executeTakeFirstOrThrow()
      return { ...toState(row), digest: row.digest }
    },

    async find(name) {
      const row = await selectImports(db).where('name', '=', name).executeTakeFirst()
      return row && toState(row)
    },

    async list({ after, limit }) {
      const rows = await selectImports(db)
        .where('name', '>', after)
        .orderBy('name')
        .limit(limit)
        .execute()
      return rows.map(toState)
    },

    async refusals(name, { after, limit }) {
      const rows = await db
        .selectFrom('importRefusals')
        .select(['line', 'code', 'field', 'detail'])
        .where('import', '=', name)
        .where('line', '>', after === '' ? '0' : after)
        .orderBy('line')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ ...row, line: Number(row.line), field: row.field ?? undefined }))
    },

    async write(batch, resolve) {
      for (let attempt = 1; ; attempt++) {
        try {
          return await db.transaction().execute((trx) => writeBatch(trx, batch, resolve))
        } catch (error) {
          // Somebody has removed meanwhile what a line speaks of; the next attempt will see that.
          const isRace = errorCode(error) === FOREIGN_KEY_VIOLATION
          if (!isRace || attempt === ATTEMPTS_MAX) throw error
        }
      }
    },

    finish: (name, audit) =>
      db.transaction().execute(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('imports')
          .set({ finishedAt: sql<Date>`now()` })
          .where('name', '=', name)
          .where('finishedAt', 'is', null)
          .executeTakeFirst()
        const row = await selectImports(trx).where('name', '=', name).executeTakeFirstOrThrow()
        const state = toState(row)
        if (numUpdatedRows === 1n) await note(trx, state, audit)
        return state
      }),

    async remove(name) {
      const { numDeletedRows } = await db
        .deleteFrom('imports')
        .where('name', '=', name)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },
  }
}

async function writeBatch(
  trx: Transaction<Database>,
  batch: ImportBatch,
  resolve: ResolveAddress,
): Promise<boolean> {
  const { name, linesBefore, linesAfter, digest, lines } = batch
  // The yes comes with `finish`, whose commit is waited for, and all before it with it. Batches that a
  // crash takes back are taken back whole, and sent again.
  await sql`set local synchronous_commit = off`.execute(trx)
  if (!(await advance(trx, name, linesBefore, linesAfter, digest))) return false
  const written: readonly Written[] = [
    { added: 0, refusals: batch.refusals },
    await ofKind(lines, 'user', (some) => writeUsers(trx, some)),
    await ofKind(lines, 'device', (some) => writeDevices(trx, some)),
    await ofKind(lines, 'group', (some) => writeGroups(trx, some)),
    await ofKind(lines, 'member', (some) => writeMembers(trx, some)),
    await ofKind(lines, 'address', (some) => writeAddresses(trx, some, resolve)),
  ]
  const added = written.reduce((sum, one) => sum + one.added, 0)
  const refusals = written.flatMap((one) => one.refusals)
  const asked = lines.length + batch.refusals.length
  await count(trx, name, added, asked - added - refusals.length, refusals)
  return true
}

/** Locks the import, so that of two who send it at once only one goes on. */
async function advance(
  trx: Transaction<Database>,
  name: string,
  before: number,
  after: number,
  digest: Buffer,
): Promise<boolean> {
  const { numUpdatedRows } = await trx
    .updateTable('imports')
    .set({ lines: String(after), digest })
    .where('name', '=', name)
    .where('lines', '=', String(before))
    .executeTakeFirst()
  return numUpdatedRows === 1n
}

async function ofKind<Kind extends ImportLine['kind']>(
  lines: ImportBatch['lines'],
  kind: Kind,
  write: (lines: readonly Numbered<Extract<ImportLine, { kind: Kind }>>[]) => Promise<Written>,
): Promise<Written> {
  const some = lines.flatMap(({ number, line }) => (isOfKind(line, kind) ? [{ number, line }] : []))
  return some.length === 0 ? { added: 0, refusals: [] } : write(some)
}

function isOfKind<Kind extends ImportLine['kind']>(
  line: ImportLine,
  kind: Kind,
): line is Extract<ImportLine, { kind: Kind }> {
  return line.kind === kind
}

async function count(
  trx: Transaction<Database>,
  name: string,
  added: number,
  existing: number,
  refusals: readonly LineRefusal[],
): Promise<void> {
  await sql`
    update imports set added = added + ${added}, existing = existing + ${existing},
      refused = refused + ${refusals.length}
    where name = ${name}
  `.execute(trx)
  if (refusals.length === 0) return
  await sql`
    insert into import_refusals (import, line, code, field, detail)
    select ${name}, line, code, field, detail
    from json_to_recordset(${JSON.stringify(refusals)}::json)
      as l (line bigint, code text, field text, detail text)
  `.execute(trx)
}

function note(
  trx: Transaction<Database>,
  { name, ...state }: ImportState,
  { actor, requestId }: { readonly actor: string; readonly requestId: string | undefined },
): Promise<void> {
  return createAuditStore(trx).insert({
    actor,
    requestId,
    action: 'import.finish',
    target: `import/${name}`,
    before: undefined,
    after: state,
  })
}

function selectImports(db: Kysely<Database>) {
  return db
    .selectFrom('imports')
    .select(['name', 'lines', 'added', 'existing', 'refused', 'startedAt', 'finishedAt'])
}

interface Row {
  readonly name: string
  readonly lines: string
  readonly added: string
  readonly existing: string
  readonly refused: string
  readonly startedAt: Date
  readonly finishedAt: Date | null
}

function toState(row: Row): ImportState {
  return {
    name: row.name,
    isDone: row.finishedAt !== null,
    lines: Number(row.lines),
    added: Number(row.added),
    existing: Number(row.existing),
    refused: Number(row.refused),
    startedAt: row.startedAt,
    finishedAt: row.finishedAt ?? undefined,
  }
}
