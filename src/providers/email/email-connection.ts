import { Readable } from 'node:stream'
import SmtpConnection from 'nodemailer/lib/smtp-connection'
import type { MailFault } from './email-outcome.ts'
import type { MailServer } from './email-settings.ts'

/** A mail as it goes over the wire. */
export interface Letter {
  readonly from: string
  readonly to: string
  /** What the server is to call it when it reports a failure (RFC 3461 §4.4). */
  readonly envelopeId: string
  readonly bytes: Buffer
}

/** One connection to the mail server, greeted, under TLS and logged in. */
export interface MailConnection {
  readonly isAlive: boolean
  /** Resolves with the server's words; throws a `MailError`. One at a time. */
  send(letter: Letter): Promise<string>
  /** Makes it ready for the next letter, after one that was refused. */
  reset(): Promise<void>
  /** Says goodbye. */
  quit(): void
  /** Without a goodbye: what is under way fails. */
  destroy(): void
}

export class MailError extends Error {
  readonly fault: MailFault
  /** Whether the server had been given any of the message: what follows may be a yes that was lost. */
  readonly hasBegun: boolean

  constructor(fault: MailFault, hasBegun: boolean) {
    super(fault.message)
    this.fault = fault
    this.hasBegun = hasBegun
  }
}

/** Until it is ready; shorter than a call may take, so that the server's fault is told and not ours. */
const READY_TIMEOUT_MS = 7_000
/** Of silence, also of one that nobody uses. */
const SILENCE_MS = 60_000

export async function openConnection(
  server: MailServer,
  signal: AbortSignal,
): Promise<MailConnection> {
  const smtp = new SmtpConnection(optionsOf(server))
  // Later faults reach whoever is sending; a connection that nobody uses just ends.
  smtp.on('error', () => {})
  const giveUp = () => smtp.close()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    await answerOf(smtp, (done: Done<void>) => smtp.connect((error) => done(error)))
    await loggedIn(smtp, server)
    signal.throwIfAborted()
    return wrap(smtp)
  } catch (error) {
    smtp.close()
    throw error
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}

function optionsOf({ host, port, tls, ca, helo }: MailServer) {
  return {
    host,
    port,
    secure: tls === 'implicit',
    requireTLS: tls === 'starttls',
    ignoreTLS: tls === 'none',
    ...(helo !== undefined && { name: helo }),
    tls: { minVersion: 'TLSv1.2', ...(ca !== undefined && { ca }) },
    connectionTimeout: READY_TIMEOUT_MS,
    greetingTimeout: READY_TIMEOUT_MS,
    dnsTimeout: READY_TIMEOUT_MS,
    socketTimeout: SILENCE_MS,
    // What is given up must not be sent after all.
    socketCloseTimeout: 0,
  } as const
}

type Done<T> = (error: unknown, value: T) => void

/** What nodemailer answers, also where the connection ends and it does not. */
function answerOf<T>(
  smtp: SmtpConnection,
  ask: (done: Done<T>) => void,
  hasBegun: () => boolean = () => false,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (error: unknown) => reject(mailError(error, hasBegun()))
    // Whatever ended it may still be told, and says more.
    const end = () => setImmediate(fail, new Error('the connection ended'))
    smtp.once('error', fail).once('end', end)
    const leave = () => smtp.off('error', fail).off('end', end)
    ask((error, value) => {
      leave()
      if (error === null || error === undefined) resolve(value)
      else fail(error)
    })
  })
}

async function loggedIn(smtp: SmtpConnection, { login }: MailServer): Promise<void> {
  if (login === undefined) return
  if (!smtp.allowsAuth) {
    const fault = { code: 'ENOAUTH', message: 'the server offers no authentication' }
    throw mailError(fault, false)
  }
  const credentials = { user: login.user, pass: login.password }
  await answerOf(smtp, (done: Done<boolean | undefined>) => smtp.login({ credentials }, done))
}

function wrap(smtp: SmtpConnection): MailConnection {
  return {
    get isAlive() {
      return !smtp.destroyed
    },
    async send(letter) {
      let hasBegun = false
      // Read from when the server has said that it wants the message.
      const message = Readable.from(
        (function* () {
          hasBegun = true
          yield letter.bytes
        })(),
      )
      return await answerOf(
        smtp,
        (done: Done<string>) =>
          smtp.send(envelopeOf(letter), message, (error, info) =>
            done(
              error ?? (info === undefined ? new Error('no answer') : null),
              info?.response ?? '',
            ),
          ),
        () => hasBegun,
      )
    },
    async reset() {
      await answerOf(smtp, (done: Done<boolean | undefined>) => smtp.reset(done))
    },
    quit: () => smtp.quit(),
    destroy: () => smtp.close(),
  }
}

function envelopeOf({ from, to, envelopeId, bytes }: Letter) {
  return {
    from,
    to: [to],
    size: bytes.length,
    // Where the server offers DSN: failures only, and of the mail no more than its header.
    dsn: { envid: envelopeId, ret: 'HDRS', notify: 'FAILURE', ...(isAscii(to) && { orcpt: to }) },
  }
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text)
}

function mailError(error: unknown, hasBegun: boolean): MailError {
  const fields = new Map(Object.entries(typeof error === 'object' && error !== null ? error : {}))
  const text = (name: string) => {
    const value = fields.get(name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const message = error instanceof Error ? error.message : (text('message') ?? 'unknown')
  const fault = {
    code: text('code'),
    originalCode: text('originalCode'),
    response: text('response'),
    command: text('command'),
    message,
  }
  return new MailError(fault, hasBegun)
}
