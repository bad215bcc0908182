import { createECDH, generateKeyPairSync, randomBytes } from 'node:crypto'
import { decrypt } from 'http_ece'
import { openHttpsServer } from './https-server.ts'
import { createInbox } from './inbox.ts'
import type { Peer } from './peer.ts'
import { CA_PATH } from './tls-files.ts'

/** A push as the browser gets it: `text` is what was encrypted for it. */
export interface BrowserPush {
  readonly encryptedBytes: number
  readonly text: string
}

export interface PushService extends Peer<BrowserPush> {
  /** As the page's `JSON.stringify(subscription)` writes it. */
  readonly subscription: string
}

const PATH = '/push/demo'

/** Stands in for a browser maker's push service, and for the browser that opens what it gets. */
export async function openPushService(): Promise<PushService> {
  const inbox = createInbox<BrowserPush>()
  const privateKey = createECDH('prime256v1')
  const p256dh = privateKey.generateKeys('base64url')
  const authSecret = randomBytes(16).toString('base64url')
  const { origin, close } = await openHttpsServer(({ path, headers, body }) => {
    if (path !== PATH) return { status: 404 }
    if (!headers.authorization?.startsWith('vapid ')) return { status: 401 }
    const text = String(decrypt(body, { version: 'aes128gcm', privateKey, authSecret }))
    inbox.put({ encryptedBytes: body.length, text })
    return { status: 201 }
  })
  const { publicKey, secret } = vapidKeys()
  return {
    inbox,
    close,
    subscription: JSON.stringify({ endpoint: origin + PATH, keys: { p256dh, auth: authSecret } }),
    settings: {
      publicKey,
      subject: 'mailto:herald@example.com',
      allowLoopback: true,
      ca: { file: CA_PATH },
    },
    secrets: { privateKey: secret },
  }
}

/** As `herald provider vapid-keys` makes them. */
function vapidKeys() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '', d: secret = '' } = privateKey.export({ format: 'jwk' })
  const bytes = [Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]
  return { publicKey: Buffer.concat(bytes).toString('base64url'), secret }
}
