import { afterEach, describe, expect, it } from 'vitest'
import type { SendOutcome } from '../../../src/core/delivery/send-outcome.ts'
import { aMessage } from '../../support/a-message.ts'
import { openEmail, patient } from '../../support/email-world.ts'
import { freePort } from '../../support/free-port.ts'
import {
  type MailMoment,
  type MailReply,
  openScriptedMailServer,
} from '../../support/scripted-mail-server.ts'

const OPEN: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of OPEN.splice(0).reverse()) await one.close()
})

const toBob = () => aMessage({ channel: 'email', token: 'bob@example.net', deviceId: undefined })

async function sendTo(script: Partial<Record<MailMoment, MailReply>>): Promise<SendOutcome> {
  const server = await openScriptedMailServer(script)
  const email = await openEmail({ port: server.port })
  OPEN.push(server, email)
  return await email.send(toBob(), patient())
}

describe('a mail server’s yes', () => {
  it.each([
    ['250 2.0.0 Ok: queued as 4XyZ12', '4XyZ12'], // Postfix
    ['250 OK id=1rABCD-000001-2X', '1rABCD-000001-2X'], // Exim
    [
      '250 2.6.0 <a@b> [InternalId=1] Queued mail for delivery',
      '<a@b> [InternalId=1] Queued mail for delivery',
    ],
    ['250 2.0.0 Ok 0102018e-6b', 'Ok 0102018e-6b'], // Amazon SES
    ['250 Message accepted', 'Message accepted'],
  ])('%s is kept as %s', async (end, providerId) => {
    expect(await sendTo({ end })).toEqual({ kind: 'accepted', providerId })
  })
})

type Row = readonly [MailMoment, string, SendOutcome['kind']]

const ROWS: readonly Row[] = [
  // RFC 3463 X.1: the address.
  ['RCPT', '550 5.1.1 No such user', 'address-gone'],
  ['RCPT', '550 5.1.2 No such domain', 'address-gone'],
  ['RCPT', '501 5.1.3 Bad syntax', 'address-gone'],
  ['RCPT', '551 5.1.6 Moved', 'address-gone'],
  ['RCPT', '556 5.1.10 Null MX', 'address-gone'],
  ['RCPT', '556 Domain does not accept mail', 'address-gone'],
  ['RCPT', '553 5.1.4 Ambiguous', 'rejected'],
  ['RCPT', '550 5.1.9 Non-compliant mailer', 'rejected'],
  ['RCPT', '550 5.2.1 Mailbox disabled', 'address-gone'],
  ['RCPT', '550 5.4.4 Unable to route', 'address-gone'],
  ['end', '550 5.1.1 Found out late', 'address-gone'],
  // Full, too long, unwanted.
  ['RCPT', '552 5.2.2 Mailbox full', 'rejected'],
  ['RCPT', '552 Mailbox full', 'rejected'],
  ['MAIL', '552 5.3.4 Too big', 'rejected'],
  ['MAIL', '552 Too big', 'rejected'],
  ['RCPT', '550 5.7.1 Not welcome', 'rejected'],
  ['DATA', '554 No valid recipients', 'rejected'],
  ['end', '550 5.7.1 Looks like spam', 'rejected'],
  ['end', '552 5.2.3 Message too long', 'rejected'],
  ['end', '554 5.6.0 Content', 'rejected'],
  ['end', '554 5.3.0 Something', 'rejected'],
  ['end', '554 5.4.6 Loop', 'rejected'],
  ['end', '550 5.5.2 Syntax', 'rejected'],
  ['end', '554 Transaction failed', 'rejected'],
  // What speaks against us.
  ['greeting', '554 No SMTP service here', 'misconfigured'],
  ['greeting', '521 Does not accept mail', 'misconfigured'],
  ['MAIL', '530 5.7.0 Authentication required', 'misconfigured'],
  ['MAIL', '550 5.7.1 Sender not allowed', 'misconfigured'],
  ['MAIL', '553 5.1.8 Bad sender', 'misconfigured'],
  ['MAIL', '501 5.1.7 Bad sender syntax', 'misconfigured'],
  ['MAIL', '555 Parameters not recognised', 'misconfigured'],
  ['RCPT', '530 Authentication required', 'misconfigured'],
  ['RCPT', '554 5.7.1 <bob@example.net>: Relay access denied', 'misconfigured'],
  ['RCPT', '550 5.7.54 Unable to relay recipient', 'misconfigured'],
  ['RCPT', '535 5.7.8 Credentials invalid', 'misconfigured'],
  ['RCPT', '534 5.7.9 Mechanism too weak', 'misconfigured'],
  ['RCPT', '538 5.7.11 Encryption needed', 'misconfigured'],
  ['RCPT', '525 5.7.13 Account disabled', 'misconfigured'],
  ['RCPT', '550 5.7.14 Trust relationship required', 'misconfigured'],
  // RFC 5321 §4.2.1: the fourth class is "try again".
  ['greeting', '421 4.3.2 Shutting down', 'unavailable'],
  ['greeting', '450 Come back', 'unavailable'],
  ['MAIL', '451 4.3.0 Local error', 'unavailable'],
  ['MAIL', '503 5.5.1 Bad sequence', 'unavailable'],
  ['RCPT', '450 4.2.1 Greylisted', 'unavailable'],
  ['RCPT', '452 4.2.2 Mailbox full for now', 'unavailable'],
  ['RCPT', '421 4.7.0 Too many connections', 'unavailable'],
  ['DATA', '451 Aborted', 'unavailable'],
  ['end', '451 4.4.1 No answer', 'unavailable'],
  ['end', '421 4.7.0 Rate limit', 'unavailable'],
]

describe('a mail server’s no', () => {
  it.each(ROWS)('at %s: "%s" means %s', async (moment, reply, kind) => {
    const outcome = await sendTo({ [moment]: reply })

    expect(outcome).toMatchObject({ kind, reason: expect.stringContaining(reply.slice(0, 3)) })
    expect(outcome).not.toHaveProperty('mayBeOurs')
  })

  it.each(['550 No', '551 Not local', '553 Not allowed', '550 5.1.0 Address'])(
    '%s to a recipient may be about the address, or about us',
    async (reply) => {
      expect(await sendTo({ RCPT: reply })).toMatchObject({ kind: 'address-gone', mayBeOurs: true })
    },
  )

  it('of class 4 is given the time that greylisting takes', async () => {
    expect(await sendTo({ RCPT: '450 4.2.0 Greylisted' })).toMatchObject({ retryAfterMs: 300_000 })
    expect(await sendTo({ greeting: '421 Busy' })).toMatchObject({ retryAfterMs: 60_000 })
  })

  it('costs the connection nothing: the next mail goes out over it', async () => {
    const server = await openScriptedMailServer({ RCPT: '550 5.1.1 No such user' })
    const email = await openEmail({ port: server.port })
    OPEN.push(server, email)

    await email.send(toBob(), patient())
    await email.send(toBob(), patient())

    expect(server.connections).toBe(1)
  })
})

describe('a wire that breaks', () => {
  const MOMENTS = ['greeting', 'EHLO', 'MAIL', 'RCPT', 'DATA', 'end'] as const
  const FAULTS = ['reset', 'hang-up'] as const

  it.each(MOMENTS.flatMap((moment) => FAULTS.map((fault) => [moment, fault] as const)))(
    'at %s (%s) is tried again later',
    async (moment, fault) => {
      expect(await sendTo({ [moment]: { fault } })).toMatchObject({
        kind: 'unavailable',
        retryAfterMs: 60_000,
      })
    },
  )

  it.each(
    MOMENTS.flatMap((moment) =>
      (['silence', 'half'] as const).map((fault) => [moment, fault] as const),
    ),
  )('at %s (%s) is waited for no longer than the call may take', async (moment, fault) => {
    const server = await openScriptedMailServer({ [moment]: { fault } })
    const email = await openEmail({ port: server.port })
    OPEN.push(server, email)

    const outcome = email.send(toBob(), AbortSignal.timeout(200)).catch(String)

    expect(await outcome).toSatisfy(isGivenUp)
    expect(server.accepted).toEqual([])
  })

  it('at a port where nobody listens is tried again later', async () => {
    const email = await openEmail({ port: await freePort() })
    OPEN.push(email)

    expect(await email.send(toBob(), patient())).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringContaining('ECONNREFUSED'),
    })
  })

  it.each(['reset', 'hang-up'] as const)(
    'in the middle of the message (%s) is tried again, and nothing was accepted',
    async (fault) => {
      const server = await openScriptedMailServer({ middle: { fault } })
      const render = () => ({ title: 'Long', body: 'x'.repeat(4_000_000), html: undefined })
      const email = await openEmail({ port: server.port }, { render })
      OPEN.push(server, email)

      expect(await email.send(toBob(), patient())).toMatchObject({ kind: 'unavailable' })
      expect(server.accepted).toEqual([])
    },
  )
})

/** Thrown, or told: core takes both as "try again". */
function isGivenUp(outcome: unknown): boolean {
  if (typeof outcome === 'string') return /abort|timeout/i.test(outcome)
  return (
    typeof outcome === 'object' &&
    outcome !== null &&
    'kind' in outcome &&
    outcome.kind === 'unavailable'
  )
}
