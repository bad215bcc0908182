import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Provider } from '../../src/core/ports/provider.ts'
import { apnsKind } from '../../src/providers/apns/apns-provider.ts'
import { createFieldReader } from '../../src/providers/field-reader.ts'
import type { ProviderLog } from '../../src/providers/provider-kind.ts'
import { APNS_PEER, type ApnsPeer, type ApnsPeerOptions, openApnsPeer } from './apns-peer.ts'
import { renderText } from './render-text.ts'
import { CA_PATH } from './tls-files.ts'

/** A provider for each name that an entry serves, and a peer that stands for both of Apple's addresses. */
export interface ApnsWorld {
  readonly peer: ApnsPeer
  readonly alerts: Provider
  readonly providers: ReadonlyMap<string, Provider>
  /** What time it is; starts at noon. */
  nowMs: number
  readonly warnings: readonly string[]
  close(): Promise<void>
}

export const NOON = Date.UTC(2026, 10, 25, 12)
export const DEVICE = 'ab'.repeat(32)

export async function openApnsWorld(
  settings: Readonly<Record<string, unknown>> = {},
  peerOptions: Partial<ApnsPeerOptions> = {},
  /** Given the peer's port, which port to call instead. */
  portFor: (port: number) => Promise<number> = async (port) => port,
): Promise<ApnsWorld> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const warnings: string[] = []
  let nowMs = NOON
  const now = () => nowMs
  const peer = await openApnsPeer({ publicKey, now, ...peerOptions })
  const endpoint = `https://localhost:${await portFor(peer.port)}`
  const log = {
    info() {},
    warn: (said: object, words: string) => void warnings.push(`${words} ${JSON.stringify(said)}`),
  }
  const opened = await openApns(endpoint, { settings, privateKey, log, now })
  const providers = new Map(opened.map((provider) => [provider.name, provider] as const))
  const alerts = providers.get('apns')
  if (alerts === undefined) throw new Error('no provider named apns')
  return {
    peer,
    alerts,
    providers,
    warnings,
    get nowMs() {
      return nowMs
    },
    set nowMs(ms) {
      nowMs = ms
    },
    async close() {
      await Promise.all([...providers.values()].map((provider) => provider.close()))
      await peer.close()
    },
  }
}

interface ApnsOptions {
  readonly settings?: Readonly<Record<string, unknown>>
  readonly privateKey?: KeyObject
  readonly log?: ProviderLog
  readonly now: () => number
}

/** The providers of an entry whose endpoints are both a peer's, as production opens them. */
export async function openApns(
  endpoint: string,
  { settings, now, ...options }: ApnsOptions,
): Promise<readonly Provider[]> {
  const { privateKey = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey } = options
  const { teamId, keyId, bundleId } = APNS_PEER
  const addresses = { endpoint, sandboxEndpoint: endpoint, ca: { file: CA_PATH } }
  const entry = { teamId, keyId, bundleId, key: { env: 'KEY' }, ...addresses, ...settings }
  const KEY = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const fields = createFieldReader('apns', entry, {
    env: { KEY },
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  const ready = apnsKind.read(fields)
  fields.finish()
  if (ready === undefined || fields.faults.length > 0) {
    throw new Error(JSON.stringify(fields.faults))
  }
  const { log = { info() {}, warn() {} } } = options
  const parts = { render: renderText, publicUrl: undefined, linkKey: undefined, log, now }
  return await ready.open(parts)
}
