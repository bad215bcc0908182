import { describe, expect, it } from 'vitest'
import { createWebhookSeal, readWebhookKeys } from '../../../src/providers/standard-webhooks.ts'
import { createWebhookCallbacks } from '../../../src/providers/webhook/webhook-callbacks.ts'
import { signWebhook } from '../../support/webhook-peer.ts'
import { SECRET } from './webhook-world.ts'

const NOW_MS = 1_790_000_000_000
const { read } = createWebhookCallbacks(createWebhookSeal(readWebhookKeys(SECRET) ?? []))

/** As a sender signs it. */
function report(value: unknown, { method = 'POST', secret = SECRET, nowMs = NOW_MS } = {}) {
  const body = typeof value === 'string' ? value : JSON.stringify(value)
  const timestamp = '1790000000'
  const signature = signWebhook(secret, `r-1.${timestamp}.${body}`)
  const headers = {
    'webhook-id': 'r-1',
    'webhook-timestamp': timestamp,
    'webhook-signature': signature,
  }
  const url = 'https://herald.example.com/callbacks/webhook'
  return read({ method, url, headers, body: Buffer.from(body), nowMs })
}

const RECEIPT = { ref: 'ref-1', kind: 'delivered', at: '2026-09-21T14:13:00Z' }

describe('a report', () => {
  it('tells what became of notifications, and which addresses are gone', () => {
    const answer = report({
      type: 'report',
      receipts: [RECEIPT, { ref: 'ref-2', kind: 'undelivered', reason: 'no\npaper' }],
      gone: [{ token: 'bob@fax', reason: 'unplugged' }, { token: 'ann@fax' }],
    })

    expect(answer).toEqual({
      kind: 'understood',
      receipts: [
        { ref: 'ref-1', kind: 'delivered', reason: undefined, at: Date.UTC(2026, 8, 21, 14, 13) },
        { ref: 'ref-2', kind: 'undelivered', reason: 'no paper', at: NOW_MS },
      ],
      gone: [
        { token: 'bob@fax', reason: 'unplugged' },
        { token: 'ann@fax', reason: 'the sender gave no reason' },
      ],
      reply: { status: 204, contentType: '', body: '' },
    })
  })

  it.each([{}, { receipts: [] }, { gone: [] }])('may tell of nothing: %o', (rest) => {
    expect(report({ type: 'report', ...rest })).toMatchObject({
      kind: 'understood',
      receipts: [],
      gone: [],
    })
  })

  it.each([
    ['no JSON', 'hello'],
    ['null', 'null'],
    ['of another type', { type: 'notification' }],
    ['with receipts that are no list', { type: 'report', receipts: {} }],
    ['with addresses that are no list', { type: 'report', gone: 'all' }],
    ['with a receipt of nothing', { type: 'report', receipts: [RECEIPT, null] }],
    ['with a receipt without its ref', { type: 'report', receipts: [{ kind: 'opened' }] }],
    ['with an unknown kind', { type: 'report', receipts: [{ ...RECEIPT, kind: 'read' }] }],
    ['with a time that is none', { type: 'report', receipts: [{ ...RECEIPT, at: '5' }] }],
    ['with an address without its token', { type: 'report', gone: [{ reason: 'x' }] }],
  ])('is refused as a whole: %s', (_, value) => {
    expect(report(value)).toMatchObject({ kind: 'refused', status: 400 })
  })

  it('is refused of anybody else', () => {
    const secret = `whsec_${Buffer.alloc(32, 9).toString('base64')}`

    expect(report({ type: 'report' }, { secret })).toMatchObject({ kind: 'refused', status: 401 })
  })

  it('is refused once it is old', () => {
    expect(report({ type: 'report' }, { nowMs: NOW_MS + 301_000 })).toMatchObject({
      kind: 'refused',
      status: 401,
    })
  })

  it('is refused but by POST', () => {
    expect(report({ type: 'report' }, { method: 'GET' })).toMatchObject({
      kind: 'refused',
      status: 405,
    })
  })
})
