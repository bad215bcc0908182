import { generateKeyPairSync } from 'node:crypto'
import { openHttpsServer } from './https-server.ts'
import { createInbox } from './inbox.ts'
import type { Peer } from './peer.ts'
import { CA_PATH } from './tls-files.ts'

/** What Apple is given for one device. */
export interface ApnsPush {
  readonly deviceToken: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** Stands in for Apple, and takes everything that looks like a push. */
export async function openApnsPeer(): Promise<Peer<ApnsPush>> {
  const inbox = createInbox<ApnsPush>()
  const { origin, close } = await openHttpsServer(({ path, headers, body }) => {
    const deviceToken = /^\/3\/device\/([0-9a-f]+)$/.exec(path)?.[1]
    if (deviceToken === undefined) return { status: 404, body: { reason: 'BadPath' } }
    if (!headers.authorization?.startsWith('bearer ')) {
      return { status: 403, body: { reason: 'MissingProviderToken' } }
    }
    const own = Object.entries(headers).filter(([name]) => name.startsWith('apns-'))
    inbox.put({ deviceToken, headers: Object.fromEntries(own), body: JSON.parse(String(body)) })
    return { status: 200 }
  })
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    inbox,
    close,
    settings: {
      teamId: 'TEAM123456',
      keyId: 'KEY1234567',
      bundleId: 'com.example.chat',
      endpoint: origin,
      sandboxEndpoint: origin,
      ca: { file: CA_PATH },
    },
    secrets: { key: String(privateKey.export({ type: 'pkcs8', format: 'pem' })) },
  }
}
