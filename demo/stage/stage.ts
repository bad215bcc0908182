import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDoors } from '../../src/compose.ts'
import { type Broker, createBroker } from '../broker/broker.ts'
import { type HeraldProcess, startHeraldProcess } from './herald-process.ts'
import { makePeople, type People } from './people.ts'

export interface StageOptions {
  /** 0 is any free port. */
  readonly tcpPort: number
  readonly wsPort: number
}

/** Herald on a throw-away database, a broker that asks it, and people with devices. */
export interface Stage {
  readonly heraldUrl: string
  /** For `herald` commands about this Herald. */
  readonly dataDir: string
  readonly broker: Broker
  readonly people: People
  strike(): Promise<void>
}

export async function setStage({ tcpPort, wsPort }: StageOptions): Promise<Stage> {
  const dataDir = await mkdtemp(join(tmpdir(), 'herald-demo-'))
  const closers = [() => rm(dataDir, { recursive: true, force: true })]
  const strike = async () => {
    for (const close of closers.splice(0).reverse()) await close()
  }
  try {
    const secret = randomBytes(24).toString('hex')
    const herald = await startHerald(dataDir, secret)
    closers.push(herald.stop)
    const people = await createDoors().withDirectory(
      { HERALD_DATA_DIR: dataDir, DATABASE_URL: '' },
      makePeople,
    )
    const broker = await startBroker(herald.url, secret, { tcpPort, wsPort })
    closers.push(() => broker.close())
    return { heraldUrl: herald.url, dataDir, broker, people, strike }
  } catch (error) {
    await strike()
    throw error
  }
}

function startHerald(dataDir: string, secret: string): Promise<HeraldProcess> {
  return startHeraldProcess({
    HERALD_DATA_DIR: dataDir,
    HERALD_PORT: '0',
    HERALD_HOOK_SECRETS: secret,
    // Refusals belong to the story, which tells them itself.
    HERALD_LOG_LEVEL: 'warn',
  })
}

/** As `emqx/5/herald.conf` sets EMQX up. */
function startBroker(url: string, secret: string, ports: StageOptions): Promise<Broker> {
  return createBroker({
    ...ports,
    hooks: {
      connectUrl: `${url}/emqx/5/connect`,
      topicUrl: `${url}/emqx/5/topic`,
      headers: { 'x-herald-secret': secret },
      timeoutMs: 5_000,
    },
    noMatch: 'deny',
    cache: { max: 32, ttlMs: 10_000, excludes: [] },
    sharedSubscriptions: false,
  })
}
