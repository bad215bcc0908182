import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { OUTCOMES, outcomeOf } from '../../../src/providers/webpush/webpush-outcome.ts'
import { aMessage } from '../../support/a-message.ts'
import { openWebPushPeer, type WebPushPeer } from '../../support/webpush-peer.ts'
import { aWebPushProvider, patience } from './webpush-world.ts'

const FCM = 'fcm.googleapis.com'
const MOZILLA = 'updates.push.services.mozilla.com'
const APPLE = 'web.push.apple.com'
const WINDOWS = 'wns2-by3p.notify.windows.com'
const OTHER = 'push.example.com'

const GONE = { kind: 'address-gone' }
const PERHAPS_OURS = { kind: 'address-gone', mayBeOurs: true }

function outcome(host: string, status: number, text = '', more: { retryAfter?: string } = {}) {
  return outcomeOf({ status, text, location: undefined, retryAfter: undefined, ...more }, host, 0)
}

const MISCONFIGURED = { kind: 'misconfigured' }

function ofMozilla(message: string): string {
  return JSON.stringify({ code: 401, errno: 109, error: 'Unauthorized', message })
}

/** An answer for each row of the table, and what follows from it. */
const ROWS = [
  [APPLE, 400, '{"reason":"VapidPkHashMismatch"}', PERHAPS_OURS],
  [APPLE, 403, '{"reason":"BadJwtToken"}', { ...MISCONFIGURED, reason: '403 BadJwtToken' }],
  [
    MOZILLA,
    401,
    ofMozilla('Invalid VAPID expiry'),
    { ...MISCONFIGURED, reason: '401 Invalid VAPID expiry' },
  ],
  [FCM, 400, '<HTML><TITLE>UnauthorizedRegistration</TITLE></HTML>', PERHAPS_OURS],
  [WINDOWS, 406, '', { kind: 'unavailable' }],
  [OTHER, 401, '', PERHAPS_OURS],
  [OTHER, 403, '', PERHAPS_OURS],
  [OTHER, 404, '', { ...GONE, reason: '404' }],
  [OTHER, 410, '{"reason":"Unregistered"}', { ...GONE, reason: '410 Unregistered' }],
  [OTHER, 408, '', { kind: 'unavailable' }],
  [OTHER, 425, '', { kind: 'unavailable' }],
  [OTHER, 429, '', { kind: 'unavailable' }],
  [OTHER, 503, '', { kind: 'unavailable' }],
  [OTHER, 413, '', { kind: 'rejected', reason: '413' }],
] as const

describe('an answer', () => {
  it.each(ROWS)('of %s, %i %s, means %o', (host, status, text, expected) => {
    expect(outcome(host, status, text)).toMatchObject(expected)
  })

  it('is given for each row of the table', () => {
    expect(ROWS).toHaveLength(OUTCOMES.length)
    for (const [n, { from, status, words }] of OUTCOMES.entries()) {
      const [host = '', code = 0, text = ''] = ROWS[n] ?? []
      expect(code).toBeGreaterThanOrEqual(status[0])
      expect(code).toBeLessThanOrEqual(status[1])
      expect(words === undefined || words.test(text)).toBe(true)
      expect(from === undefined ? host === OTHER : host !== OTHER).toBe(true)
    }
  })

  it.each([
    [FCM, 400, 'InvalidTokenFormat', 'rejected'],
    [APPLE, 400, '{"reason":"BadWebPushTopic"}', 'rejected'],
    [APPLE, 403, '{"reason":"Forbidden"}', 'address-gone'],
    [MOZILLA, 401, ofMozilla('The VAPID token expiration is too long'), 'misconfigured'],
    [MOZILLA, 401, ofMozilla('Invalid VAPID audience'), 'misconfigured'],
    [MOZILLA, 401, ofMozilla('VAPID public key mismatch'), 'address-gone'],
    [MOZILLA, 401, ofMozilla('Invalid Authentication'), 'address-gone'],
    [FCM, 403, 'the VAPID credentials do not correspond', 'address-gone'],
    [FCM, 401, '', 'address-gone'],
    [WINDOWS, 401, '', 'address-gone'],
    [OTHER, 406, '', 'rejected'],
    [OTHER, 300, '', 'rejected'],
    [OTHER, 499, '', 'rejected'],
    [OTHER, 500, '', 'unavailable'],
    [OTHER, 599, '', 'unavailable'],
    [OTHER, 101, '', 'rejected'],
    [OTHER, 999, '', 'rejected'],
    [OTHER, 202, '', 'accepted'],
    [OTHER, 204, '', 'accepted'],
  ] as const)('of %s, %i %s, is %s', (host, status, text, kind) => {
    expect(outcome(host, status, text).kind).toBe(kind)
  })

  it.each([
    OTHER,
    `${MOZILLA}.example.com`,
    'notupdates.push.services.mozilla.com',
    'api.push.apple.com',
    'storage.googleapis.com',
  ])('of %s, whom nobody knows, stops nobody else', (host) => {
    expect(outcome(host, 403, '{"reason":"BadJwtToken"}')).toMatchObject(PERHAPS_OURS)
    expect(outcome(host, 401, ofMozilla('Invalid VAPID expiry'))).toMatchObject(PERHAPS_OURS)
  })

  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Thu, 01 Jan 1970 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 1969 00:00:00 GMT', 0],
  ])('says when to come again: %s', (retryAfter, retryAfterMs) => {
    expect(outcome(OTHER, 429, '', { retryAfter })).toMatchObject({ retryAfterMs })
    expect(outcome(OTHER, 503, '', { retryAfter })).toMatchObject({ retryAfterMs })
  })

  it.each(['', 'soon', '-5', '1'.repeat(10)])('says nothing of it with %o', (retryAfter) => {
    expect(outcome(OTHER, 429, '', { retryAfter })).not.toHaveProperty('retryAfterMs')
  })

  it('is kept short, without anything that a terminal obeys', () => {
    const text = `\u001b[31mred\u0007 \u202e ${'long '.repeat(100)}`

    const { reason } = { reason: '', ...outcome(OTHER, 400, text) }

    expect(reason).toMatch(/^400 \[31mred long long/)
    expect(reason.length).toBeLessThan(310)
  })
})

describe('on the wire', () => {
  let peer: WebPushPeer
  const provider = aWebPushProvider()

  beforeAll(async () => {
    peer = await openWebPushPeer()
  })
  afterAll(async () => {
    await provider.close()
    await peer.close()
  })

  it.each([
    [201, 'accepted'],
    [400, 'rejected'],
    [401, 'address-gone'],
    [403, 'address-gone'],
    [404, 'address-gone'],
    [410, 'address-gone'],
    [413, 'rejected'],
    [429, 'unavailable'],
    [500, 'unavailable'],
    [503, 'unavailable'],
  ] as const)('%i is %s', async (status, kind) => {
    peer.play((response) => response.writeHead(status, { 'retry-after': '7' }).end('words'))

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome.kind).toBe(kind)
    if (outcome.kind === 'unavailable') expect(outcome.retryAfterMs).toBe(7_000)
    if (outcome.kind !== 'accepted') expect(outcome.reason).toBe(`${status} words`)
  })
})
