import { createCipheriv, createECDH, type ECDH, hkdfSync, randomBytes } from 'node:crypto'
import type { WebPushSubscription } from './webpush-subscription.ts'

/** One record holds the whole message, as RFC 8291 §4 demands. */
const RECORD_BYTES = 4096
const SALT_BYTES = 16
const TAG_BYTES = 16
const HEADER_BYTES = SALT_BYTES + 4 + 1 + 65
/** RFC 8188 §2: what ends the last record. */
const DELIMITER = Buffer.from([2])

/** RFC 8291 §4: with header, delimiter and tag it is the 4096 bytes that every push service takes. */
export const PLAINTEXT_BYTES_MAX = RECORD_BYTES - HEADER_BYTES - DELIMITER.length - TAG_BYTES

/** What is fresh for each message. Given by nobody but the test of RFC 8291's example. */
export interface MessageKeys {
  readonly sender: ECDH
  readonly salt: Buffer
}

export function makeMessageKeys(): MessageKeys {
  const sender = createECDH('prime256v1')
  sender.generateKeys()
  return { sender, salt: randomBytes(SALT_BYTES) }
}

/**
 * RFC 8291: encrypts for one browser, as the body of a request with `Content-Encoding: aes128gcm`.
 * Throws where `p256dh` is no point of the curve.
 */
export function encryptMessage(
  { p256dh, auth }: WebPushSubscription,
  plaintext: Buffer,
  { sender, salt }: MessageKeys = makeMessageKeys(),
): Buffer {
  const senderKey = sender.getPublicKey()
  const shared = sender.computeSecret(p256dh)
  // RFC 8291 §3.4.
  const info = Buffer.concat([KEY_INFO, p256dh, senderKey])
  const material = Buffer.from(hkdfSync('sha256', shared, auth, info, 32))
  // RFC 8188 §2.2 and §2.3; the nonce of the first record is the base nonce itself.
  const key = Buffer.from(hkdfSync('sha256', material, salt, CONTENT_KEY_INFO, 16))
  const nonce = Buffer.from(hkdfSync('sha256', material, salt, NONCE_INFO, 12))
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  const encrypted = cipher.update(Buffer.concat([plaintext, DELIMITER]))
  cipher.final()
  return Buffer.concat([
    salt,
    RECORD_SIZE_AND_KEY_LENGTH,
    senderKey,
    encrypted,
    cipher.getAuthTag(),
  ])
}

const KEY_INFO = Buffer.from('WebPush: info\0')
const CONTENT_KEY_INFO = Buffer.from('Content-Encoding: aes128gcm\0')
const NONCE_INFO = Buffer.from('Content-Encoding: nonce\0')
const RECORD_SIZE_AND_KEY_LENGTH = Buffer.from([0, 0, RECORD_BYTES >> 8, 0, 65])
