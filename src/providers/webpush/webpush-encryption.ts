import {
  createCipheriv,
  diffieHellman,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { hkdfExpand, hkdfExtract } from './hkdf-sha256.ts'
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
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
  readonly salt: Buffer
}

function makeMessageKeys(): MessageKeys {
  const pair = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
  return { ...pair, salt: randomBytes(SALT_BYTES) }
}

/** RFC 8291: encrypts for one browser, as the body of a request with `Content-Encoding: aes128gcm`. */
export function encryptMessage(
  { key: receiver, p256dh, auth }: WebPushSubscription,
  plaintext: Buffer,
  { privateKey, publicKey, salt }: MessageKeys = makeMessageKeys(),
): Buffer {
  const sender = pointOf(publicKey)
  const shared = diffieHellman({ privateKey, publicKey: receiver })
  // RFC 8291 §3.4.
  const info = Buffer.concat([KEY_INFO, p256dh, sender])
  const material = hkdfExpand(hkdfExtract(auth, shared), info, 32)
  // RFC 8188 §2.2 and §2.3; the nonce of the first record is the base nonce itself.
  const secret = hkdfExtract(salt, material)
  const key = hkdfExpand(secret, CONTENT_KEY_INFO, 16)
  const nonce = hkdfExpand(secret, NONCE_INFO, 12)
  const cipher = createCipheriv('aes-128-gcm', key, nonce)
  const encrypted = cipher.update(Buffer.concat([plaintext, DELIMITER]))
  cipher.final()
  return Buffer.concat([salt, RECORD_SIZE_AND_KEY_LENGTH, sender, encrypted, cipher.getAuthTag()])
}

const KEY_INFO = Buffer.from('WebPush: info\0')
const CONTENT_KEY_INFO = Buffer.from('Content-Encoding: aes128gcm\0')
const NONCE_INFO = Buffer.from('Content-Encoding: nonce\0')
const RECORD_SIZE_AND_KEY_LENGTH = Buffer.from([0, 0, RECORD_BYTES >> 8, 0, 65])

/** Uncompressed. */
function pointOf(key: KeyObject): Buffer {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  const point = Buffer.alloc(65, 4)
  point.write(x, 1, 'base64url')
  point.write(y, 33, 'base64url')
  return point
}
