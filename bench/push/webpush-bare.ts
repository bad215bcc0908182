import { createCipheriv, createECDH, hkdfSync, randomBytes } from 'node:crypto'
import { type Agent, request } from 'node:https'

/** As `JSON.stringify` writes a `PushSubscription`. */
export interface BenchBrowser {
  readonly endpoint: string
  readonly keys: { readonly p256dh: string; readonly auth: string }
}

/** RFC 8291 as its text reads, and one request for each message. */
export function bareSender(agent: Agent) {
  const authorization = `vapid t=${'x'.repeat(260)}, k=${'x'.repeat(87)}`
  return (browser: BenchBrowser, payload: string): Promise<void> => {
    const body = encrypt(browser, payload)
    const headers = {
      authorization,
      'content-type': 'application/octet-stream',
      'content-encoding': 'aes128gcm',
      'content-length': body.length,
      ttl: '60',
      urgency: 'normal',
      topic: 'a'.repeat(32),
    }
    return post(browser.endpoint, { method: 'POST', agent, headers }, body)
  }
}

function encrypt({ keys }: BenchBrowser, payload: string): Buffer {
  const receiver = Buffer.from(keys.p256dh, 'base64url')
  const ecdh = createECDH('prime256v1')
  const sender = ecdh.generateKeys()
  const salt = randomBytes(16)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), receiver, sender])
  const auth = Buffer.from(keys.auth, 'base64url')
  const material = Buffer.from(hkdfSync('sha256', ecdh.computeSecret(receiver), auth, info, 32))
  const key = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: aes128gcm\0', 16))
  const nonce = Buffer.from(hkdfSync('sha256', material, salt, 'Content-Encoding: nonce\0', 12))
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  const text = [cipher.update(payload), cipher.update(Buffer.from([2])), cipher.final()]
  const header = Buffer.from([0, 0, 16, 0, 65])
  return Buffer.concat([salt, header, sender, ...text, cipher.getAuthTag()])
}

function post(url: string, options: Parameters<typeof request>[1], body: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(url, options, (response) => {
      response.resume()
      response.once('end', () =>
        response.statusCode === 201 ? resolve() : reject(new Error(`${response.statusCode}`)),
      )
    })
    call.once('error', reject)
    call.end(body)
  })
}
