import { describe, expect, it } from 'vitest'
import { createWebhookSeal, readWebhookKeys } from '../../src/providers/standard-webhooks.ts'

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/libraries/javascript/src/webhook.test.ts */
const EXAMPLE = {
  secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
  nowMs: 1_614_265_330_000,
  body: Buffer.from('{"test": 2432232314}'),
  signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
}
const OTHER_SECRET = `whsec_${Buffer.alloc(32, 1).toString('base64')}`
/** Another signature of theirs, which is wrong on purpose. */
const WRONG = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='

const sealOf = (text: string) => createWebhookSeal(readWebhookKeys(text) ?? [])
const seal = sealOf(EXAMPLE.secret)
const HEADERS = {
  'webhook-id': EXAMPLE.id,
  'webhook-timestamp': '1614265330',
  'webhook-signature': EXAMPLE.signature,
}

function faultOf(headers: object, nowMs = EXAMPLE.nowMs, body = EXAMPLE.body) {
  return seal.faultOf({ headers: { ...HEADERS, ...headers }, body }, nowMs)
}

describe('a signature', () => {
  it('is that of the published example', () => {
    expect(seal.sign(EXAMPLE.id, EXAMPLE.body, EXAMPLE.nowMs)).toEqual(HEADERS)
  })

  it('is made with every key while one takes the other’s place', () => {
    const both = sealOf(`${OTHER_SECRET}\n${EXAMPLE.secret}\n`.trim())

    const signatures = both.sign(EXAMPLE.id, EXAMPLE.body, EXAMPLE.nowMs)['webhook-signature']

    expect(signatures.split(' ')).toHaveLength(2)
    expect(signatures.split(' ')[1]).toBe(EXAMPLE.signature)
  })

  it.each([
    ['alone', EXAMPLE.signature],
    ['among others', `${WRONG} ${WRONG.replace('v1', 'v2')} ${EXAMPLE.signature} ${WRONG}`],
  ])('is believed %s', (_, signature) => {
    expect(faultOf({ 'webhook-signature': signature })).toBeUndefined()
  })

  it.each([
    ['id', { 'webhook-id': undefined }],
    ['timestamp', { 'webhook-timestamp': undefined }],
    ['signature', { 'webhook-signature': undefined }],
  ])('is missed without its %s', (_, headers) => {
    expect(faultOf(headers)).toBe('it is not signed')
  })

  it.each([
    ['of another id', { 'webhook-id': 'msg_1' }],
    ['of another time', { 'webhook-timestamp': '1614265331' }],
    ['of another version', { 'webhook-signature': EXAMPLE.signature.replace('v1', 'v2') }],
    ['that is wrong', { 'webhook-signature': WRONG }],
    ['that is empty', { 'webhook-signature': 'v1,' }],
    ['that is cut', { 'webhook-signature': EXAMPLE.signature.slice(0, 8) }],
    ['that is none', { 'webhook-signature': 'v1' }],
  ])('is not believed %s', (_, headers) => {
    expect(faultOf(headers)).toBe('it is signed with another key')
  })

  it('is not believed of another body', () => {
    expect(faultOf({}, EXAMPLE.nowMs, Buffer.from('{}'))).toBe('it is signed with another key')
  })

  it('is believed for five minutes, either way', () => {
    expect(faultOf({}, EXAMPLE.nowMs + 300_000)).toBeUndefined()
    expect(faultOf({}, EXAMPLE.nowMs - 300_000)).toBeUndefined()
    expect(faultOf({}, EXAMPLE.nowMs + 301_000)).toMatch(/timestamp/)
    expect(faultOf({}, EXAMPLE.nowMs - 301_000)).toMatch(/timestamp/)
  })

  it.each(['hello', '-5', '1e9', '16142653300000'])('is not believed at %s', (timestamp) => {
    expect(faultOf({ 'webhook-timestamp': timestamp })).toMatch(/timestamp/)
  })
})

describe('a secret', () => {
  it.each([
    ['without its prefix', 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['of 23 bytes', `whsec_${Buffer.alloc(23).toString('base64')}`],
    ['of 65 bytes', `whsec_${Buffer.alloc(65).toString('base64')}`],
    ['that is no base64', 'whsec_MfKQ9r8GKYqrTwjUPD8I!PZIo2LaLaSw'],
    ['beside one that is none', `${EXAMPLE.secret} x`],
    ['that is empty', ''],
  ])('is none %s', (_, text) => {
    expect(readWebhookKeys(text)).toBeUndefined()
  })

  it('may be several, with white space between them', () => {
    expect(readWebhookKeys(`${EXAMPLE.secret}\n ${OTHER_SECRET}`)).toHaveLength(2)
  })
})
