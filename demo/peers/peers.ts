import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ApnsPush, openApnsPeer } from './apns-peer.ts'
import { type FcmCall, openFcmPeer } from './fcm-peer.ts'
import { type CaughtMail, openMailCatcher } from './mail-catcher.ts'
import type { Peer } from './peer.ts'
import { openPushService, type PushService } from './push-service.ts'

/** The vendors of the story. */
export interface Peers {
  readonly apns: Peer<ApnsPush>
  readonly fcm: Peer<FcmCall>
  readonly webpush: PushService
  readonly email: Peer<CaughtMail>
  /** The providers' file, which leads to them all. */
  readonly file: string
  close(): Promise<void>
}

/** Opens them, and writes into `dir` what Herald has to know of them. */
export async function openPeers(dir: string): Promise<Peers> {
  const peers = {
    apns: await openApnsPeer(),
    fcm: await openFcmPeer(),
    webpush: await openPushService(),
    email: await openMailCatcher(),
  }
  const file = await writeProvidersFile(dir, peers)
  return {
    ...peers,
    file,
    async close() {
      await Promise.all(Object.values(peers).map((peer) => peer.close()))
    },
  }
}

async function writeProvidersFile(
  dir: string,
  peers: Readonly<Record<string, Peer<unknown>>>,
): Promise<string> {
  await mkdir(dir, { recursive: true })
  const entries: Record<string, object> = {}
  for (const [name, { settings, secrets }] of Object.entries(peers)) {
    const entry: Record<string, unknown> = { ...settings }
    for (const [field, secret] of Object.entries(secrets)) {
      const file = join(dir, `${name}-${field}`)
      await writeFile(file, secret, { mode: 0o600 })
      entry[field] = { file }
    }
    entries[name] = entry
  }
  const file = join(dir, 'providers.json')
  await writeFile(file, JSON.stringify(entries, null, 2))
  return file
}
