import { hash } from 'node:crypto'

const BLOCK_BYTES = 64
const DIGEST_BYTES = 32

/**
 * RFC 5869, for what fits into one block of output. `hkdfSync` and `createHmac` make a key object for
 * each call, which takes longer than the digests themselves: see ADR 0013.
 */
export function hkdfExpand(pseudorandomKey: Buffer, info: Buffer, bytes: number): Buffer {
  return hmac(pseudorandomKey, Buffer.concat([info, FIRST])).subarray(0, bytes)
}

export function hkdfExtract(salt: Buffer, material: Buffer): Buffer {
  return hmac(salt, material)
}

const FIRST = Buffer.from([1])

/** RFC 2104. The key is no longer than a block. */
export function hmac(key: Buffer, text: Buffer): Buffer {
  const inner = text.length > TEXT_BYTES_KEPT ? Buffer.alloc(BLOCK_BYTES + text.length) : INNER
  for (let n = 0; n < BLOCK_BYTES; n++) {
    const byte = key[n] ?? 0
    inner[n] = byte ^ 0x36
    OUTER[n] = byte ^ 0x5c
  }
  text.copy(inner, BLOCK_BYTES)
  const innerText = inner.subarray(0, BLOCK_BYTES + text.length)
  hash('sha256', innerText, 'buffer').copy(OUTER, BLOCK_BYTES)
  return hash('sha256', OUTER, 'buffer')
}

/** Used again and again, as nobody else runs in between: allocating them would take as long as hashing. */
const TEXT_BYTES_KEPT = 256
const INNER = Buffer.alloc(BLOCK_BYTES + TEXT_BYTES_KEPT)
const OUTER = Buffer.alloc(BLOCK_BYTES + DIGEST_BYTES)
