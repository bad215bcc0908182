import { DatabaseError, type Pool, type PoolClient } from 'pg'

/** Runs `work` in a transaction on a connection of its own; all of it is written, or nothing. */
export async function inTransaction<Result>(
  pool: Pool,
  work: (client: PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  // Whoever waits for an answer hears that the connection is lost; without a listener all would.
  client.on('error', ignore)
  let isUsable = true
  try {
    await client.query('begin')
    const result = await work(client)
    const { command } = await client.query('commit')
    // Postgres says yes to the commit of what has failed already, and writes nothing.
    if (command !== 'COMMIT') throw new Error(`a transaction ended in ${command}`)
    return result
  } catch (error) {
    isUsable = error instanceof DatabaseError && (await isRolledBack(client))
    throw error
  } finally {
    client.off('error', ignore)
    client.release(!isUsable)
  }
}

/** Where Postgres did not answer, the connection can't be used any more, nor asked. */
async function isRolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('rollback')
    return true
  } catch {
    return false
  }
}

function ignore(): void {}
