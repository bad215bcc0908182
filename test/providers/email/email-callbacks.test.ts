import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { CallbackAnswer, CallbackRequest } from '../../../src/core/ports/callback-reader.ts'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { aMessage } from '../../support/a-message.ts'
import { type EmailWorldParts, NOON, openEmail } from '../../support/email-world.ts'

const OPEN: Provider[] = []

afterEach(async () => {
  for (const one of OPEN.splice(0)) await one.close()
})

const SECRET = Buffer.alloc(32, 9)
const REF = `20261125-${'0'.repeat(32)}-1`

async function email(settings: object = {}, parts: EmailWorldParts = {}): Promise<Provider> {
  const secrets = { BOUNCES: `whsec_${SECRET.toString('base64')}` }
  const provider = await openEmail(
    { bounceSecret: { env: 'BOUNCES' }, ...settings },
    { secrets, ...parts },
  )
  OPEN.push(provider)
  return provider
}

async function ask(
  provider: Provider,
  request: Partial<Omit<CallbackRequest, 'body'>> & { readonly body?: string },
): Promise<CallbackAnswer> {
  const { body = '', ...rest } = request
  const answer = provider.callbacks?.read({
    method: 'POST',
    url: '/',
    headers: {},
    nowMs: NOON,
    ...rest,
    body: Buffer.from(body),
  })
  if (answer === undefined) throw new Error('no callbacks')
  return answer
}

function linkIn(provider: Provider, token = 'bob@example.net'): string {
  const { body } = provider.preview(aMessage({ channel: 'email', token, deviceId: undefined }))
  const [, link] = /^List-Unsubscribe:\s+<([^>]+)>/m.exec(body) ?? []
  if (link === undefined) throw new Error('no link')
  return link
}

const FORM = { 'content-type': 'application/x-www-form-urlencoded' }

describe('an unsubscribe link', () => {
  it('that is fetched asks, and does nothing: mail scanners fetch every link', async () => {
    const provider = await email()

    const answer = await ask(provider, { method: 'GET', url: linkIn(provider) })

    expect(answer).toMatchObject({ kind: 'understood', gone: [], receipts: [] })
    expect(pageOf(answer)).toContain('Send no more e-mails to bob@example.net?')
    expect(pageOf(answer)).toContain('<form method="post">')
  })

  it.each([
    ['a mail program', FORM, 'List-Unsubscribe=One-Click'],
    [
      'a mail program that sends a form of parts',
      { 'content-type': 'multipart/form-data; boundary=b' },
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    ],
  ])('ends the mails to that mailbox, posted by %s', async (_, headers, body) => {
    const provider = await email()

    const answer = await ask(provider, {
      url: linkIn(provider, 'ann+x@example.net'),
      headers,
      body,
    })

    expect(answer).toMatchObject({
      kind: 'understood',
      gone: [{ token: 'ann+x@example.net', reason: 'unsubscribed' }],
    })
    expect(pageOf(answer)).toContain('No more e-mails are sent to ann+x@example.net.')
  })

  it('speaks Chinese to whoever reads it', async () => {
    const provider = await email()

    const headers = { 'accept-language': 'zh-CN,zh;q=0.9,en;q=0.8' }
    const answer = await ask(provider, { method: 'GET', url: linkIn(provider), headers })

    expect(pageOf(answer)).toContain('退订')
  })

  it('has a page into which no address writes markup', async () => {
    const provider = await email()
    const answer = await ask(provider, {
      method: 'GET',
      url: linkIn(provider, `o'b&x@example.net`),
    })

    expect(pageOf(answer)).toContain('o&#39;b&#38;x@example.net')
  })

  it('of another mailbox can’t be made from one', async () => {
    const provider = await email()
    const eve = Buffer.from('eve@example.net').toString('base64url')
    const url = linkIn(provider).replace(/to=[\w-]+/, `to=${eve}`)

    for (const method of ['GET', 'POST']) {
      const answer = await ask(provider, {
        method,
        url,
        headers: FORM,
        body: 'List-Unsubscribe=One-Click',
      })
      expect(answer).toMatchObject({ kind: 'refused', status: 401 })
    }
  })

  it('of another installation is none of ours', async () => {
    const provider = await email()
    const stranger = await email({}, { linkKey: Buffer.alloc(32, 8) })

    expect(await ask(provider, { method: 'GET', url: linkIn(stranger) })).toMatchObject({
      status: 401,
    })
  })

  it.each([
    ['POST', FORM, 'x=y', 400],
    ['POST', {}, '', 400],
    ['PUT', FORM, 'List-Unsubscribe=One-Click', 405],
  ])('%s with headers %o and body "%s" does nothing', async (method, headers, body, status) => {
    const provider = await email()

    expect(await ask(provider, { method, url: linkIn(provider), headers, body })).toMatchObject({
      kind: 'refused',
      status,
    })
  })
})

const BOUNCES = 'https://herald.example.com/callbacks/email/bounces'

function signed(body: string, contentType: string, secret = SECRET, at = NOON) {
  const timestamp = String(at / 1000)
  const mac = createHmac('sha256', secret).update(`m1.${timestamp}.${body}`).digest('base64')
  const headers = {
    'content-type': contentType,
    'webhook-id': 'm1',
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1,AAAA v1,${mac}`,
  }
  return { url: BOUNCES, headers, body }
}

const report = (...bounces: object[]) => signed(JSON.stringify({ bounces }), 'application/json')

describe('a report of bounces', () => {
  it('tells the addresses that are gone, and what became of mails', async () => {
    const answer = await ask(
      await email(),
      report(
        {
          address: 'Bob@EXAMPLE.net',
          action: 'failed',
          status: '5.1.1',
          ref: REF,
          diagnostic: 'no such user',
        },
        { address: 'ann@example.net', action: 'failed', status: '5.2.2', ref: REF },
        { address: 'cleo@example.net', action: 'delivered', status: '2.0.0', ref: REF },
        { address: 'dan@example.net', action: 'delayed', status: '4.4.1', ref: REF },
        { address: 'eve@example.net', action: 'complained' },
      ),
    )

    expect(answer).toMatchObject({ kind: 'understood', reply: { status: 204 } })
    if (answer.kind !== 'understood') return
    expect(answer.gone).toEqual([
      { token: 'Bob@example.net', reason: '5.1.1 no such user' },
      { token: 'eve@example.net', reason: 'complained' },
    ])
    expect(answer.receipts).toEqual([
      { ref: REF, kind: 'undelivered', reason: '5.1.1 no such user', at: NOON },
      { ref: REF, kind: 'undelivered', reason: '5.2.2', at: NOON },
      { ref: REF, kind: 'delivered', reason: undefined, at: NOON },
    ])
  })

  it.each([
    ['5.0.0', true],
    ['5.1.0', true],
    ['5.1.10', true],
    ['5.2.1', true],
    ['5.4.4', true],
    ['5.2.2', false],
    ['5.3.4', false],
    ['5.4.6', false],
    ['5.6.0', false],
    ['5.7.1', false],
    ['4.2.2', false],
  ])('of status %s takes the address away: %s', async (status, isGone) => {
    const answer = await ask(
      await email(),
      report({ address: 'b@example.net', action: 'failed', status }),
    )

    expect(answer).toMatchObject({ gone: isGone ? [{ token: 'b@example.net' }] : [] })
  })

  it.each([
    ['is signed by somebody else', signed('{"bounces":[]}', 'application/json', Buffer.alloc(32))],
    ['was signed long ago', signed('{"bounces":[]}', 'application/json', SECRET, NOON - 301_000)],
    ['was changed', { ...report({}), body: '{"bounces":[{},{}]}' }],
    [
      'is not signed',
      { url: BOUNCES, body: '{}', headers: { 'content-type': 'application/json' } },
    ],
  ])('that %s is refused', async (_, request) => {
    expect(await ask(await email(), request)).toMatchObject({ kind: 'refused', status: 401 })
  })

  it.each([
    ['is no JSON', signed('{', 'application/json')],
    ['has no list', signed('{}', 'application/json')],
    ['has an empty list', report()],
    ['names no mailbox', report({ address: 'nobody', action: 'failed' })],
    ['knows another action', report({ address: 'a@example.net', action: 'lost' })],
    ['is of another form', signed('Hello', 'text/plain')],
  ])('that %s is refused', async (_, request) => {
    expect(await ask(await email(), request)).toMatchObject({ kind: 'refused', status: 400 })
  })

  it('is taken only where there is a secret, and only posted', async () => {
    const open = await email({ bounceSecret: undefined })

    expect(await ask(open, report({}))).toMatchObject({ status: 401 })
    expect(await ask(await email(), { ...report({}), method: 'GET' })).toMatchObject({
      status: 405,
    })
    expect(await ask(await email(), { ...report({}), url: '/callbacks/email' })).toMatchObject({
      status: 400,
    })
  })
})

const STATUS = [
  'Reporting-MTA: dns; mx.example.com',
  `Original-Envelope-Id: ${REF}`,
  '',
  'Final-Recipient: rfc822; other@elsewhere.example',
  'Original-Recipient: rfc822;bob+2Bx@example.net',
  'Action: failed',
  'Status: 5.1.1 (bad destination)',
  'Diagnostic-Code: smtp; 550 5.1.1 <bob>',
  ' no such user',
  '',
  'Final-Recipient: rfc822; ann@example.net',
  'Action: delayed',
  'Status: 4.4.1',
].join('\r\n')

// https://datatracker.ietf.org/doc/html/rfc3464#appendix-E, shortened.
const WHOLE = [
  'From: MAILER-DAEMON@example.com',
  'Subject: Undelivered Mail Returned to Sender',
  'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
  '',
  '--B',
  'Content-Type: text/plain',
  '',
  'Final-Recipient: rfc822; nobody@example.net is what I could not reach.',
  '--B',
  'Content-Type: message/delivery-status',
  '',
  STATUS.replace(`Original-Envelope-Id: ${REF}\r\n`, ''),
  '',
  '--B',
  'Content-Type: text/rfc822-headers',
  '',
  `X-Herald-Ref: ${REF}`,
  'Subject: Ann',
  '',
  '--B--',
  '',
].join('\n')

describe('a delivery status', () => {
  it.each([
    ['by itself', STATUS, 'message/delivery-status'],
    ['in a whole bounce', WHOLE, 'message/rfc822'],
  ])('is read %s', async (_, text, contentType) => {
    const answer = await ask(await email(), signed(text, contentType))

    const reason = '5.1.1 smtp; 550 5.1.1 <bob> no such user'
    expect(answer).toMatchObject({
      kind: 'understood',
      gone: [{ token: 'bob+x@example.net', reason }],
      receipts: [{ ref: REF, kind: 'undelivered', reason }],
    })
  })

  it('that is cut off is refused', async () => {
    for (const text of [STATUS.slice(0, 60), WHOLE.slice(0, 250), '']) {
      expect(await ask(await email(), signed(text, 'message/rfc822'))).toMatchObject({
        status: 400,
      })
    }
  })
})

function pageOf(answer: CallbackAnswer): string {
  return answer.kind === 'understood' ? answer.reply.body : ''
}
