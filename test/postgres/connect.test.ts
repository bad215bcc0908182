import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectOnce } from '../../src/postgres/connect.ts'
import { migrate } from '../../src/postgres/migrate.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createEmptyDatabase()
})
afterAll(() => database.drop())

/** A server that says something else than PostgreSQL would. */
async function listen(): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((socket) => socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    port: address.port,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

describe('a database', () => {
  it('that is away is named with what to do, and without the password', async () => {
    const { port, close } = await listen()
    await close()
    const connectionString = `postgresql://herald:hunter2@127.0.0.1:${port}/herald`

    const fault = await connectOnce({ connectionString }, 'test').catch((error) => error)

    expect(fault).toMatchObject({
      name: 'StartFault',
      message: `PostgreSQL at 127.0.0.1:${port} can't be reached (connect ECONNREFUSED 127.0.0.1:${port}): start it, or correct DATABASE_URL, or leave DATABASE_URL out to use the embedded one.`,
    })
  })

  it('on a host that nobody knows is told apart', async () => {
    const connectionString = 'postgresql://herald:hunter2@nowhere.invalid/herald'

    await expect(connectOnce({ connectionString }, 'test')).rejects.toThrow(
      'No host is called nowhere.invalid: check the host name in DATABASE_URL.',
    )
  })

  it('that does not exist is told apart', async () => {
    const address = { ...database.address, database: 'nowhere' }

    await expect(connectOnce(address, 'test')).rejects.toThrow(
      'has no database "nowhere": create it, or name another one in DATABASE_URL.',
    )
  })

  it('that does not let us in is told apart', async () => {
    const address = { ...database.address, user: 'stranger' }

    await expect(connectOnce(address, 'test')).rejects.toThrow(
      'does not let the user "stranger" in: check user and password in DATABASE_URL.',
    )
  })

  it('that answers without being PostgreSQL is away', async () => {
    const { port, close } = await listen()
    const connectionString = `postgresql://herald@127.0.0.1:${port}/herald`

    await expect(connectOnce({ connectionString }, 'test')).rejects.toThrow("can't be reached")
    await close()
  })

  it('that keeps its text in another encoding is refused', async () => {
    const name = `${database.address.database}_latin1`
    await database.pool.query(
      `create database ${name} encoding 'LATIN1' locale_provider libc locale 'C' template template0`,
    )

    await expect(migrate({ ...database.address, database: name })).rejects.toThrow(
      'The database keeps its text in LATIN1, and Herald needs UTF8',
    )
    await database.pool.query(`drop database ${name}`)
  })
})
