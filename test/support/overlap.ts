import type { Directory } from '../../src/core/directory/directory.ts'
import { type DirectoryWorld, refusalOf } from './directory-world.ts'

/**
 * Runs `second` while what `first` wrote is not yet committed, and commits once `second` waits for it
 * or is done. Returns how each ended, as `refusalOf` says it.
 */
export async function overlap(
  world: DirectoryWorld,
  first: (directory: Directory) => Promise<unknown>,
  second: (directory: Directory) => Promise<unknown>,
): Promise<readonly [unknown, unknown]> {
  const written = Promise.withResolvers<void>()
  const commit = Promise.withResolvers<void>()
  const pausing = world.with({
    unitOfWork: {
      run: (work) =>
        world.unitOfWork.run(async (stores) => {
          const result = await work(stores)
          written.resolve()
          await commit.promise
          return result
        }),
    },
  })
  const one = refusalOf(first(pausing))
  await Promise.race([written.promise, one])
  const other = refusalOf(second(world.directory))
  await untilSomebodyWaits(world, other)
  commit.resolve()
  return Promise.all([one, other])
}

/** Resolves when Postgres says that a connection waits for a lock, or when `other` is done. */
async function untilSomebodyWaits(
  { pool }: DirectoryWorld,
  other: Promise<unknown>,
): Promise<void> {
  const sql = `select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  let isDone = false
  const noticing = other.then(() => {
    isDone = true
  })
  while (!isDone) {
    const { rowCount } = await pool.query(sql)
    if (rowCount !== 0) return
  }
  await noticing
}
