import { describe, expect, it } from 'vitest'
import webpush from 'web-push'
import {
  createVapidSigner,
  isVapidPair,
  makeVapidKeys,
} from '../../../src/providers/webpush/webpush-vapid.ts'
import { VAPID } from './webpush-world.ts'

const ORIGIN = 'https://push.example.com'
const HOUR_MS = 3_600_000

function claimsOf(authorization: string) {
  const [, , claims = ''] = /^vapid t=([\w-]+)\.([\w-]+)\./.exec(authorization) ?? []
  return JSON.parse(Buffer.from(claims, 'base64url').toString())
}

describe('a VAPID signature', () => {
  it('is for one origin and half a day', () => {
    const authorization = createVapidSigner(VAPID).authorize(ORIGIN, 1_790_000_000_500)

    expect(claimsOf(authorization)).toEqual({
      aud: ORIGIN,
      exp: 1_790_000_000 + 12 * 3600,
      sub: 'mailto:ops@example.com',
    })
  })

  it('is kept for its origin', () => {
    const signer = createVapidSigner(VAPID)
    const [first, other] = [signer.authorize(ORIGIN, 0), signer.authorize(`${ORIGIN}:8443`, 0)]

    expect(signer.authorize(ORIGIN, 10 * HOUR_MS)).toBe(first)
    expect(other).not.toBe(first)
    expect(signer.authorize(`${ORIGIN}:8443`, 10 * HOUR_MS)).toBe(other)
  })

  it('is renewed an hour before it ends', () => {
    const signer = createVapidSigner(VAPID)
    const first = signer.authorize(ORIGIN, 0)

    const renewed = signer.authorize(ORIGIN, 11 * HOUR_MS)

    expect(renewed).not.toBe(first)
    expect(claimsOf(renewed).exp).toBe(23 * 3600)
  })

  it('is renewed where the clock was put back, or it would be good for too long', () => {
    const signer = createVapidSigner(VAPID)
    signer.authorize(ORIGIN, 48 * HOUR_MS)

    expect(claimsOf(signer.authorize(ORIGIN, 0)).exp).toBe(12 * 3600)
  })

  it('is forgotten where there are too many origins', () => {
    const signer = createVapidSigner(VAPID)
    const first = signer.authorize(ORIGIN, 0)
    for (let n = 0; n < 100; n++) signer.authorize(`https://${n}.example.com`, 0)

    // ECDSA gives another signature each time.
    expect(signer.authorize(ORIGIN, 0)).not.toBe(first)
  })
})

describe('keys that are made', () => {
  it('are a pair, in the form that others use', () => {
    for (let n = 0; n < 300; n++) {
      const keys = makeVapidKeys()

      expect(isVapidPair(keys)).toBe(true)
      expect(Buffer.from(keys.privateKey, 'base64url')).toHaveLength(32)
      expect(Buffer.from(keys.publicKey, 'base64url')).toHaveLength(65)
    }
  })

  it('are those of web-push as well', () => {
    expect(isVapidPair(webpush.generateVAPIDKeys())).toBe(true)
    const { publicKey, privateKey } = makeVapidKeys()
    expect(() =>
      webpush.setVapidDetails('mailto:a@example.com', publicKey, privateKey),
    ).not.toThrow()
  })
})
