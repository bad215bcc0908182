import { createECDH } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { webPushKind } from '../../../src/providers/webpush/webpush-provider.ts'
import { createSubscriptionReader } from '../../../src/providers/webpush/webpush-subscription.ts'
import { aToken } from './webpush-world.ts'

const { tokenFault, canonicalToken } = webPushKind

const POINT = createECDH('prime256v1').generateKeys()
const p256dh = POINT.toString('base64url')
const OFF_CURVE = Buffer.concat([POINT.subarray(0, 64), Buffer.from([(POINT[64] ?? 0) ^ 1])])

describe('a subscription', () => {
  it.each([
    ['as a browser writes it', JSON.stringify({ ...JSON.parse(aToken()), expirationTime: null })],
    ['with another port', aToken({ endpoint: 'https://push.example.com:8443/a?b=c' })],
    ['with padding', aToken({ keys: { auth: 'BTBZMqHH6r4Tts7J_aSIgg==' } })],
    ['in the other alphabet', aToken({ keys: { auth: 'BTBZMqHH6r4Tts7J/aSIgg==' } })],
  ])('is taken %s', (_, token) => {
    expect(tokenFault(token)).toBeUndefined()
  })

  it.each([
    ['no JSON', 'token-1', /must be the JSON/],
    ['no object', '7', /must be the JSON/],
    ['null', 'null', /must be the JSON/],
    ['empty', '{}', /must be the JSON/],
    ['with an endpoint that is no text', '{"endpoint":7}', /must be the JSON/],
    ['with an endpoint that is no URL', aToken({ endpoint: 'push' }), /must be the JSON/],
    ['without TLS', aToken({ endpoint: 'http://push.example.com/a' }), /https:/],
    ['of another protocol', aToken({ endpoint: 'file:///etc/passwd' }), /https:/],
    ['with a user', aToken({ endpoint: 'https://u:p@push.example.com/' }), /password/],
    ['with a fragment', aToken({ endpoint: 'https://push.example.com/#a' }), /fragment/],
    ['too long', aToken({ endpoint: `https://push.example.com/${'a'.repeat(2048)}` }), /2048/],
    ['without keys', '{"endpoint":"https://push.example.com/"}', /p256dh/],
    ['with a short key', aToken({ keys: { p256dh: p256dh.slice(0, -4) } }), /p256dh/],
    ['with a long key', aToken({ keys: { p256dh: `${p256dh}AAAA` } }), /p256dh/],
    ['with a compressed key', aToken({ keys: { p256dh: compressed() } }), /p256dh/],
    ['with a point that is none', aToken({ keys: { p256dh: b64(OFF_CURVE) } }), /p256dh/],
    ['with a point at zero', aToken({ keys: { p256dh: b64(Buffer.alloc(65, 0)) } }), /p256dh/],
    ['with zeros as its point', aToken({ keys: { p256dh: b64(zeros()) } }), /p256dh/],
    ['with what is no base64', aToken({ keys: { p256dh: `*${p256dh.slice(1)}` } }), /p256dh/],
    ['with a short secret', aToken({ keys: { auth: 'BTBZMqHH6r4Tts7J' } }), /auth/],
    ['with a long secret', aToken({ keys: { auth: 'BTBZMqHH6r4Tts7J_aSIggAA' } }), /auth/],
    ['with bits beyond its end', aToken({ keys: { auth: 'BTBZMqHH6r4Tts7J_aSIgh' } }), /auth/],
    ['without a secret', aToken({ keys: { auth: undefined } }), /auth/],
  ])('is refused: %s', (_, token, fault) => {
    expect(tokenFault(token)).toMatch(fault)
  })

  it('has one spelling', () => {
    const spellings = [
      { endpoint: 'https://push.example.com/a', keys: { p256dh, auth: 'BTBZMqHH6r4Tts7J_aSIgg' } },
      {
        endpoint: 'HTTPS://PUSH.example.com:443/a',
        keys: { auth: 'BTBZMqHH6r4Tts7J/aSIgg==', p256dh },
      },
      {
        keys: { auth: 'BTBZMqHH6r4Tts7J_aSIgg', p256dh, x: 1 },
        expirationTime: 5,
        endpoint: 'https://push.example.com/./a',
      },
    ]

    const canonical = new Set(spellings.map((one) => canonicalToken(JSON.stringify(one, null, 2))))

    expect([...canonical]).toEqual([JSON.stringify(spellings[0])])
  })

  it('is the same once it has been spelled so', () => {
    const once = canonicalToken(aToken({ endpoint: 'https://push.example.com/ü?a="b"\\' }))

    expect(canonicalToken(once)).toBe(once)
    expect(once).toMatch(/^\{"endpoint":"https:[^"]*","keys":/)
  })
})

describe('subscriptions that were read', () => {
  it('are known again, the last of them', () => {
    const read = createSubscriptionReader(2)
    const [a, b, c] = [aToken(), aToken(), aToken()]
    const first = read(a)
    read(b)

    expect(read(a)).toBe(first)
    read(c)
    expect(read(a)).toBe(first)
    read(b)
    read(c)
    expect(read(a)).not.toBe(first)
  })
})

const b64 = (bytes: Buffer) => bytes.toString('base64url')
const zeros = () => Buffer.concat([Buffer.from([4]), Buffer.alloc(64)])
function compressed(): string {
  return createECDH('prime256v1').generateKeys('base64url', 'compressed')
}
