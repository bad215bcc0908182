import {
  createECDH,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  randomBytes,
} from 'node:crypto'
import fc from 'fast-check'
import { decrypt } from 'http_ece'
import { describe, expect, it } from 'vitest'
import { hkdfExpand, hkdfExtract, hmac } from '../../../src/providers/webpush/hkdf-sha256.ts'
import {
  encryptMessage,
  PLAINTEXT_BYTES_MAX,
} from '../../../src/providers/webpush/webpush-encryption.ts'
import { sized } from '../../support/size.ts'
import { aSubscription } from './webpush-world.ts'

/** RFC 8291, Appendix A. */
const EXAMPLE = {
  plaintext: 'When I grow up, I want to be a watermelon',
  senderPrivate: 'yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw',
  senderPublic:
    'BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8',
  receiverPublic:
    'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
  auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  salt: 'DGv6ra1nlYgDCS1FRnbzlw',
  body: 'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
}

describe('an encrypted message', () => {
  it('is that of RFC 8291, Appendix A', () => {
    const subscription = aSubscription({ p256dh: EXAMPLE.receiverPublic, auth: EXAMPLE.auth })
    const point = Buffer.from(EXAMPLE.senderPublic, 'base64url')
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    }

    const body = encryptMessage(subscription, Buffer.from(EXAMPLE.plaintext), {
      privateKey: createPrivateKey({ key: { ...jwk, d: EXAMPLE.senderPrivate }, format: 'jwk' }),
      publicKey: createPublicKey({ key: jwk, format: 'jwk' }),
      salt: Buffer.from(EXAMPLE.salt, 'base64url'),
    })

    expect(body.toString('base64url')).toBe(EXAMPLE.body)
  })

  it('is decrypted by another implementation, whatever it says', () => {
    const bytes = fc.uint8Array({ minLength: 0, maxLength: PLAINTEXT_BYTES_MAX })
    fc.assert(
      fc.property(bytes, (plain) => {
        const browser = createECDH('prime256v1')
        const keys = {
          p256dh: browser.generateKeys('base64url'),
          auth: randomBytes(16).toString('base64url'),
        }

        const body = encryptMessage(aSubscription(keys), Buffer.from(plain))

        const opened = decrypt(body, {
          version: 'aes128gcm',
          privateKey: browser,
          authSecret: keys.auth,
        })
        expect(opened.equals(plain)).toBe(true)
      }),
      { numRuns: sized(50, 2_000), seed: 8291 },
    )
  })

  it('has the 4096 bytes that push services take, at most', () => {
    const body = encryptMessage(aSubscription(), Buffer.alloc(PLAINTEXT_BYTES_MAX))

    expect(PLAINTEXT_BYTES_MAX).toBe(3993)
    expect(body).toHaveLength(4096)
  })

  it('has a key and a salt of its own', () => {
    const subscription = aSubscription()
    const plaintext = Buffer.from('hi')

    const bodies = [1, 2].map(() => encryptMessage(subscription, plaintext))

    const [first, second] = bodies.map((body) => [
      body.toString('hex', 0, 16),
      body.toString('hex', 21, 86),
    ])
    expect(first?.[0]).not.toBe(second?.[0])
    expect(first?.[1]).not.toBe(second?.[1])
  })
})

describe('our HMAC and HKDF', () => {
  it('are those of Node', () => {
    const key = fc.uint8Array({ maxLength: 64 })
    const text = fc.uint8Array({ maxLength: 600 })
    fc.assert(
      fc.property(key, text, fc.integer({ min: 1, max: 32 }), (key, text, bytes) => {
        const ours = hkdfExpand(
          hkdfExtract(Buffer.from(key), Buffer.from(text)),
          Buffer.from(text),
          bytes,
        )

        expect(hmac(Buffer.from(key), Buffer.from(text))).toEqual(
          createHmac('sha256', key).update(text).digest(),
        )
        expect(ours).toEqual(Buffer.from(hkdfSync('sha256', text, key, text, bytes)))
      }),
      { numRuns: sized(200, 5_000), seed: 5869 },
    )
  })
})
