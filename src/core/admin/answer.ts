import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'

/** What a write is answered with. */
export interface Answer {
  readonly status: number
  /** Undefined where there is nothing to say. */
  readonly body: unknown
  readonly headers: Readonly<Record<string, string>>
  /** It was made earlier, for the same request. */
  readonly isRepeated?: boolean
}

const CIPHER = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Encrypts an answer, which may hold a secret, so that only the caller can have it opened. */
export function sealAnswer({ status, body, headers }: Answer, secret: string): Buffer {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(CIPHER, keyOf(secret), iv)
  const text = JSON.stringify({ status, body, headers })
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), sealed])
}

/** Undefined where it was sealed with another secret: a device's own may have been exchanged since. */
export function openAnswer(sealed: Buffer, secret: string): Answer | undefined {
  const decipher = createDecipheriv(CIPHER, keyOf(secret), sealed.subarray(0, IV_BYTES))
  decipher.setAuthTag(sealed.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
  const text = decipher.update(sealed.subarray(IV_BYTES + TAG_BYTES))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return JSON.parse(text.toString('utf8'))
}

function keyOf(secret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', 'herald idempotency', 32))
}
