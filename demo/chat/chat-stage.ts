import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDoors } from '../../src/compose.ts'
import { type Broker, createBroker } from '../broker/broker.ts'
import { startHeraldProcess } from '../stage/herald-process.ts'
import { makePeople, type People } from '../stage/people.ts'
import { type ChatServer, openChatServer } from './chat-server.ts'

export interface ChatStage {
  readonly origin: string
  readonly heraldUrl: string
  readonly people: People
  strike(): Promise<void>
}

/** Herald on a throw-away database, a broker that asks it, people with devices, and the page. */
export async function setChatStage({ port }: { readonly port: number }): Promise<ChatStage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'herald-chat-'))
  const closers = [() => rm(dataDir, { recursive: true, force: true })]
  const strike = async () => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    const secret = randomBytes(24).toString('hex')
    const herald = await startHeraldProcess({
      HERALD_DATA_DIR: dataDir,
      HERALD_PORT: '0',
      HERALD_HOOK_SECRETS: secret,
      HERALD_LOG_LEVEL: 'warn',
    })
    closers.push(herald.stop)
    const flags = { HERALD_DATA_DIR: dataDir, DATABASE_URL: '' }
    const people = await createDoors().withDirectory(flags, makePeople)
    const broker = await startBroker(herald.url, secret)
    closers.push(() => broker.close())
    const server = await startServer(port, herald.url, broker)
    closers.push(server.close)
    return { origin: server.origin, heraldUrl: herald.url, people, strike }
  } catch (error) {
    await strike()
    throw error
  }
}

/** As `emqx/5/herald.conf` sets EMQX up. */
function startBroker(url: string, secret: string): Promise<Broker> {
  const headers = { 'x-herald-secret': secret }
  return createBroker({
    hooks: { connectUrl: `${url}/emqx/5/connect`, topicUrl: `${url}/emqx/5/topic`, headers },
    events: { url: `${url}/emqx/5/events`, headers },
    sharedSubscriptions: false,
  })
}

function startServer(port: number, heraldUrl: string, { wsPort }: Broker): Promise<ChatServer> {
  return openChatServer({ port, heraldUrl, brokerUrl: `ws://127.0.0.1:${wsPort}/mqtt` })
}
