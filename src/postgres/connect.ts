import { Client } from 'pg'
import { StartFault } from '../core/start-fault.ts'
import type { PostgresAddress } from './address.ts'
import { errorCode, messageOf } from './error-code.ts'

const CONNECT_MS = 10_000

/** Connects, or says in one sentence what keeps it from doing so. The caller ends the client. */
export async function connectOnce(address: PostgresAddress, name: string): Promise<Client> {
  const client = new Client({
    ...address,
    application_name: name,
    connectionTimeoutMillis: CONNECT_MS,
  })
  // Between two questions nobody else would hear of a lost connection.
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (cause) {
    await client.end().catch(() => {})
    throw new StartFault(connectFault(client, cause), { cause })
  }
}

/** Never shows the password: of the address it names host, port, database and user. */
function connectFault({ host, port, database, user = '' }: Client, cause: unknown): string {
  const server = `PostgreSQL at ${host}:${port}`
  switch (errorCode(cause)) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `No host is called ${host}: check the host name in DATABASE_URL.`
    case '28P01':
    case '28000':
      return `${server} does not let the user "${user}" in: check user and password in DATABASE_URL.`
    case '3D000':
      return `${server} has no database "${database ?? user}": create it, or name another one in DATABASE_URL.`
    case '53300':
      return `${server} has no connection left: raise its max_connections, or lower HERALD_POOL_MAX.`
    default:
      return `${server} can't be reached (${messageOf(cause)}): start it, or correct DATABASE_URL, or leave DATABASE_URL out to use the embedded one.`
  }
}
