import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import { createDirectory, type Directory } from '../../src/core/directory/directory.ts'
import type { DirectoryParts } from '../../src/core/directory/directory-parts.ts'
import { DomainError } from '../../src/core/domain-error.ts'
import type { UnitOfWork } from '../../src/core/ports/unit-of-work.ts'
import { looksLikeToken } from '../../src/credentials/credential-form.ts'
import { makeDeviceSecret } from '../../src/credentials/device-secret.ts'
import type { SocketAddress } from '../../src/postgres/address.ts'
import type { Database } from '../../src/postgres/tables.ts'
import { createUnitOfWork } from '../../src/postgres/unit-of-work.ts'
import { aConfiguredProvider } from './a-configured-provider.ts'
import { createTestDatabase } from './database.ts'

/** A directory on an empty database of its own. */
export interface DirectoryWorld {
  readonly directory: Directory
  readonly unitOfWork: UnitOfWork
  readonly db: Kysely<Database>
  readonly pool: Pool
  /** For processes of their own. */
  readonly address: SocketAddress
  /** The directory with parts that a test chooses. */
  with(parts: Partial<DirectoryParts>): Directory
  /** Adds users, in one go. */
  addUsers(...uids: readonly string[]): Promise<void>
  /** Empties the database. */
  clear(): Promise<void>
  close(): Promise<void>
}

export async function openDirectoryWorld(): Promise<DirectoryWorld> {
  const { address, pool, db, drop } = await createTestDatabase()
  const unitOfWork = createUnitOfWork(db)
  const parts: DirectoryParts = {
    unitOfWork,
    hashPassword: async (password) => `hash of ${password}`,
    makeDeviceSecret,
    tickets: { sign: (claims) => JSON.stringify(claims), ttlMs: 600_000 },
    looksLikeToken,
    providers: () => [aConfiguredProvider()],
    now: () => new Date(),
  }
  const directory = createDirectory(parts)
  return {
    directory,
    unitOfWork,
    db,
    pool,
    address,
    close: drop,
    with: (chosen) => createDirectory({ ...parts, ...chosen }),
    async addUsers(...uids) {
      for (const uid of uids) await directory.users.add({ uid })
    },
    async clear() {
      // The rest goes with these. `truncate` would make new files each time.
      for (const table of ['users', 'groups', 'deleted_users', 'acl_rules']) {
        await pool.query(`delete from ${table}`)
      }
    },
  }
}

/** The code of the broken rule that `work` ends in, and the field that is at fault. */
export async function refusalOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return { answered: await work }
  } catch (error) {
    if (!(error instanceof DomainError)) throw error
    return error.field === undefined ? error.code : `${error.code} ${error.field}`
  }
}
