import { afterEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { aMessage } from '../../support/a-message.ts'
import { type EmailWorldParts, openEmail, patient } from '../../support/email-world.ts'
import { type MailPeer, type MailPeerOptions, openMailPeer } from '../../support/mail-peer.ts'
import { openScriptedMailServer } from '../../support/scripted-mail-server.ts'
import { CA_PATH, CERTIFICATES } from '../../support/tls-files.ts'

const LOGIN = { user: 'herald', password: 's3cret' }
const OPEN: { close(): Promise<void> }[] = []

afterEach(async () => {
  for (const one of OPEN.splice(0).reverse()) await one.close()
})

async function world(
  peerOptions: Partial<MailPeerOptions>,
  settings: Readonly<Record<string, unknown>> = {},
  parts: EmailWorldParts = {},
): Promise<{ peer: MailPeer; email: Provider }> {
  const peer = await openMailPeer(peerOptions)
  OPEN.push(peer)
  const { tls = 'starttls' } = peerOptions
  const email = await openEmail(
    { host: 'localhost', port: peer.port, tls, ca: { file: CA_PATH }, ...settings },
    parts,
  )
  OPEN.push(email)
  return { peer, email }
}

const toBob = () => aMessage({ channel: 'email', token: 'bob@example.net', deviceId: undefined })
const login = { user: LOGIN.user, password: { env: 'PASSWORD' } }
const secrets = { PASSWORD: LOGIN.password }

describe('a mail', () => {
  it.each(['starttls', 'implicit'] as const)(
    'goes out under TLS, by user and password (%s)',
    async (tls) => {
      const { peer, email } = await world({ tls, login: LOGIN }, login, { secrets })

      const outcome = await email.send(toBob(), patient())

      expect(outcome).toEqual({ kind: 'accepted', providerId: 'Q1' })
      expect(peer.mails[0]).toMatchObject({
        isSecure: true,
        user: 'herald',
        to: ['bob@example.net'],
      })
    },
  )

  it('goes out in the clear only where that is set', async () => {
    const { peer, email } = await world({ tls: 'none' })

    expect(await email.send(toBob(), patient())).toMatchObject({ kind: 'accepted' })
    expect(peer.mails[0]?.isSecure).toBe(false)
  })

  it('asks for a report of failures by its ref, where the server knows how', async () => {
    const { peer, email } = await world({ tls: 'none' })
    const plain = await world({ tls: 'none', isDsn: false })

    await email.send(toBob(), patient())
    await plain.email.send(toBob(), patient())

    expect(peer.mails[0]).toMatchObject({ envelopeId: toBob().ref, notify: ['FAILURE'] })
    expect(plain.peer.mails[0]?.envelopeId).toBeUndefined()
  })
})

describe('a certificate', () => {
  it.each([
    [
      'of another name',
      { certificate: CERTIFICATES.ofAnotherName },
      'ERR_TLS_CERT_ALTNAME_INVALID',
    ],
    [
      'of an authority that is not trusted',
      { certificate: CERTIFICATES.ofAnotherAuthority },
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    ],
  ])('%s is for the operator, and no password is shown to it', async (_, options, code) => {
    for (const tls of ['starttls', 'implicit'] as const) {
      const { peer, email } = await world({ ...options, tls, login: LOGIN }, login, { secrets })

      const outcome = await email.send(toBob(), patient())

      expect(outcome).toMatchObject({ kind: 'misconfigured' })
      expect(outcome).toMatchObject({ reason: expect.stringContaining(code) })
      expect(peer.mails).toEqual([])
    }
  })

  it('is demanded: a server without STARTTLS gets no mail', async () => {
    const peer = await openScriptedMailServer()
    const email = await openEmail({ port: peer.port, tls: 'starttls' })
    OPEN.push(peer, email)

    expect(await email.send(toBob(), patient())).toMatchObject({ kind: 'misconfigured' })
    expect(peer.accepted).toEqual([])
  })
})

describe('connections', () => {
  it('are used again', async () => {
    const { peer, email } = await world({})

    for (let i = 0; i < 3; i++) await email.send(toBob(), patient())

    expect(peer.mails).toHaveLength(3)
    expect(peer.connections.count).toBe(1)
  })

  it('are replaced after as many mails as one may carry', async () => {
    const { peer, email } = await world({}, { messagesMax: 2 })

    for (let i = 0; i < 3; i++) await email.send(toBob(), patient())

    expect(peer.connections.count).toBe(2)
  })

  it('that the server has ended meanwhile cost no mail', async () => {
    const { peer, email } = await world({})
    await email.send(toBob(), patient())

    await peer.hangUp()

    expect(await email.send(toBob(), patient())).toEqual({ kind: 'accepted', providerId: 'Q2' })
  })

  it('are as many as may be, and the other mails wait', async () => {
    const { peer, email } = await world({}, { connectionsMax: 2 })
    const gate = Promise.withResolvers<void>()
    peer.gate = gate.promise

    const outcomes = Array.from({ length: 5 }, () => email.send(toBob(), patient()))
    await peer.offered.reached(2)
    expect(peer.connections.count).toBe(2)
    gate.resolve()

    expect(await Promise.all(outcomes)).toHaveLength(5)
    expect(peer.mails).toHaveLength(5)
    expect(peer.connections.count).toBe(2)
  })
})

describe('a mail that is given up', () => {
  it('while it waits for a connection is never sent', async () => {
    const { peer, email } = await world({}, { connectionsMax: 1 })
    const gate = Promise.withResolvers<void>()
    peer.gate = gate.promise
    const first = email.send(toBob(), patient())
    await peer.offered.reached(1)
    const patience = new AbortController()
    const second = email.send(toBob(), patience.signal)

    patience.abort()
    await expect(second).rejects.toThrow()
    gate.resolve()
    await first
    await email.send(toBob(), patient())

    expect(peer.mails).toHaveLength(2)
  })

  it('while the server thinks about it gives its connection up, too', async () => {
    const { peer, email } = await world({}, { connectionsMax: 1 })
    const gate = Promise.withResolvers<void>()
    peer.gate = gate.promise
    const patience = new AbortController()
    const given = email.send(toBob(), patience.signal)
    await peer.offered.reached(1)

    patience.abort()

    expect(await given).toMatchObject({ kind: 'unavailable' })
    gate.resolve()
    expect(await email.send(toBob(), patient())).toMatchObject({ kind: 'accepted' })
    expect(peer.connections.count).toBe(2)
  })
})

describe('closing', () => {
  it('gives up what is under way and what waits, and ends all connections', async () => {
    const { peer, email } = await world({}, { connectionsMax: 1 })
    peer.gate = new Promise(() => {})
    const first = email.send(toBob(), patient())
    const second = expect(email.send(toBob(), patient())).rejects.toThrow()
    await peer.offered.reached(1)

    await email.close()

    expect(await first).toMatchObject({ kind: 'unavailable' })
    await second
    await expect(email.send(toBob(), patient())).rejects.toThrow()
  })
})

describe('the check', () => {
  it('proves server, certificate and password, and begins no mail', async () => {
    const { peer, email } = await world({ login: LOGIN }, login, { secrets })

    expect(await email.check(patient())).toEqual({
      kind: 'proven',
      said: `localhost:${peer.port} takes user herald over TLS`,
    })
    expect(peer.offered.count).toBe(0)
  })

  it('tells a wrong password', async () => {
    const { email } = await world({ login: LOGIN }, login, { secrets: { PASSWORD: 'wrong' } })

    expect(await email.check(patient())).toMatchObject({
      kind: 'refused',
      problem: expect.stringContaining('535'),
      remedy: 'correct user and password',
    })
  })

  it('tells a wrong certificate', async () => {
    const { email } = await world({ certificate: CERTIFICATES.ofAnotherAuthority })

    expect(await email.check(patient())).toMatchObject({
      kind: 'refused',
      remedy: expect.stringContaining('set ca'),
    })
  })

  it('tells a server that knows no passwords', async () => {
    const { email } = await world({}, login, { secrets })

    expect(await email.check(patient())).toMatchObject({
      kind: 'refused',
      problem: expect.stringContaining('offers no authentication'),
    })
  })

  it('proves nothing where nobody answers', async () => {
    const { peer, email } = await world({})
    await peer.close()

    expect(await email.check(patient())).toMatchObject({ kind: 'unproven' })
  })
})
