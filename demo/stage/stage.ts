import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDoors } from '../../src/compose.ts'
import type { Directory } from '../../src/core/directory/directory.ts'
import { type Broker, createBroker } from '../broker/broker.ts'
import { type BrowserWindow, openBrowser } from '../browser/browser.ts'
import { openPeers, type Peers } from '../peers/peers.ts'
import { freePort } from './free-port.ts'
import { type HeraldProcess, startHeraldProcess } from './herald-process.ts'
import { makePeople, type People } from './people.ts'
import { makeReaders } from './readers.ts'
import { openStubInbox, type StubInbox } from './stub-inbox.ts'

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
  /** What has been pushed to whose device. */
  readonly inbox: StubInbox
  /** Who stands in for Apple, Google, a push service and a mail server. */
  readonly peers: Peers
  readonly browser: BrowserWindow
  /** Changes who there is and what they want, as `herald` commands do. */
  withDirectory<T>(work: (directory: Directory) => Promise<T>): Promise<T>
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
    const inbox = openStubInbox(join(dataDir, 'stub.jsonl'))
    closers.push(async () => inbox.close())
    const peers = await openPeers(join(dataDir, 'peers'))
    closers.push(peers.close)
    const api = { port: await freePort(), secret: randomBytes(24).toString('hex') }
    const herald = await startHerald({ dataDir, inbox, peers, secret, api })
    closers.push(herald.stop)
    // Ready long before the story comes to it.
    const browser = await openBrowser(join(dataDir, 'browser'))
    closers.push(browser.close)
    const flags = {
      HERALD_DATA_DIR: dataDir,
      HERALD_PROVIDERS_FILE: peers.file,
      DATABASE_URL: '',
    }
    const withDirectory = <T>(work: (directory: Directory) => Promise<T>) =>
      createDoors().withDirectory(flags, work)
    const people = await withDirectory(makePeople)
    await withDirectory((directory) => makeReaders(directory, peers))
    const broker = await startBroker(herald.url, { secret, api }, { tcpPort, wsPort })
    closers.push(() => broker.close())
    const heraldUrl = herald.url
    return { heraldUrl, dataDir, broker, people, inbox, peers, browser, withDirectory, strike }
  } catch (error) {
    await strike()
    throw error
  }
}

/** What Herald and the broker know of each other before either of them is there. */
interface Acquaintance {
  readonly secret: string
  readonly api: { readonly port: number; readonly secret: string }
}

interface HeraldParts extends Acquaintance {
  readonly dataDir: string
  readonly inbox: StubInbox
  readonly peers: Peers
}

const API_KEY = 'herald'

function startHerald({ dataDir, inbox, peers, secret, api }: HeraldParts): Promise<HeraldProcess> {
  return startHeraldProcess({
    HERALD_DATA_DIR: dataDir,
    HERALD_PORT: '0',
    HERALD_HOOK_SECRETS: secret,
    HERALD_EMQX_API_URL: `http://127.0.0.1:${api.port}`,
    HERALD_EMQX_API_KEY: API_KEY,
    HERALD_EMQX_API_SECRET: api.secret,
    HERALD_STUB_FILE: inbox.file,
    HERALD_PROVIDERS_FILE: peers.file,
    // Whoever has no device has a mailbox, and wants to see the mail now.
    HERALD_LADDER: 'push; 1s email',
    HERALD_DIGEST_WINDOW: '0s',
    // The story waits for each notification; a phone would rather have two lines in one.
    HERALD_COALESCE_WINDOW: '0s',
    // Refusals belong to the story, which tells them itself.
    HERALD_LOG_LEVEL: 'warn',
  })
}

/** As `emqx/5/herald.conf` sets EMQX up. */
function startBroker(
  url: string,
  { secret, api }: Acquaintance,
  ports: StageOptions,
): Promise<Broker> {
  return createBroker({
    ...ports,
    hooks: {
      connectUrl: `${url}/emqx/5/connect`,
      topicUrl: `${url}/emqx/5/topic`,
      headers: { 'x-herald-secret': secret },
      timeoutMs: 5_000,
    },
    events: {
      url: `${url}/emqx/5/events`,
      headers: { 'x-herald-secret': secret },
      closeWaitMs: 2_000,
    },
    management: { port: api.port, keys: { [API_KEY]: api.secret } },
    noMatch: 'deny',
    cache: { max: 32, ttlMs: 10_000, excludes: [] },
    sharedSubscriptions: false,
  })
}
