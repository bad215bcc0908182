import { once } from 'node:events'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'
import { type Arrivals, createArrivals } from './arrivals.ts'
import { CERTIFICATES, type ServerCertificate } from './tls-files.ts'

/** What a mail server has taken. */
export interface TakenMail {
  readonly from: string
  readonly to: readonly string[]
  readonly raw: Buffer
  readonly read: ParsedMail
  readonly isSecure: boolean
  readonly user: string | undefined
  readonly envelopeId: string | undefined
  readonly notify: readonly string[]
}

/** A mail server on loopback. */
export interface MailPeer {
  readonly port: number
  readonly mails: readonly TakenMail[]
  readonly connections: Arrivals
  /** Mails that were offered; they are taken when the test lets go of them. */
  readonly offered: Arrivals
  /** Where it is given, mails wait for it. */
  gate: Promise<void> | undefined
  /** Ends all connections, as servers do with those that nobody uses. */
  hangUp(): Promise<void>
  close(): Promise<void>
}

export interface MailPeerOptions {
  readonly tls: 'starttls' | 'implicit' | 'none'
  readonly certificate: ServerCertificate
  readonly login: { readonly user: string; readonly password: string } | undefined
  readonly isDsn: boolean
  readonly port: number
}

export async function openMailPeer(options: Partial<MailPeerOptions> = {}): Promise<MailPeer> {
  const mails: TakenMail[] = []
  const connections = createArrivals()
  const offered = createArrivals()
  let gate: Promise<void> | undefined
  const server = new SMTPServer({
    ...serverOptions(options),
    onConnect(_, done) {
      connections.note()
      done()
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', async () => {
        offered.note()
        await gate
        mails.push(await takenMail(Buffer.concat(chunks), session))
        done(null, `2.0.0 Ok: queued as Q${mails.length}`)
      })
    },
  })
  server.on('error', () => {})
  server.listen(options.port ?? 0, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    mails,
    connections,
    offered,
    get gate() {
      return gate
    },
    set gate(promise) {
      gate = promise
    },
    async hangUp() {
      await Promise.all(
        [...server.connections].map(async (connection) => {
          const closed = once(connection._socket, 'close')
          connection._socket.end()
          await closed
        }),
      )
    },
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}

function serverOptions(options: Partial<MailPeerOptions>): SMTPServerOptions {
  const { tls = 'starttls', certificate = CERTIFICATES.good, login, isDsn = true } = options
  return {
    ...certificate,
    secure: tls === 'implicit',
    hideSTARTTLS: tls !== 'starttls',
    hideDSN: !isDsn,
    authOptional: login === undefined,
    ...(login === undefined && { disabledCommands: ['AUTH'] }),
    closeTimeout: 100,
    onAuth(auth, _, done) {
      const isRight = auth.username === login?.user && auth.password === login?.password
      if (isRight) done(null, { user: auth.username })
      else done(Object.assign(new Error('5.7.8 Who are you?'), { responseCode: 535 }))
    },
  }
}

async function takenMail(raw: Buffer, session: SMTPServerSession): Promise<TakenMail> {
  const { mailFrom, rcptTo } = session.envelope
  const dsn = session.envelope.dsn
  const recipientDsn = rcptTo[0]?.dsn
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    raw,
    read: await simpleParser(raw),
    isSecure: session.secure === true,
    user: typeof session.user === 'string' ? session.user : undefined,
    envelopeId: dsn?.envid ?? undefined,
    notify: recipientDsn?.notify ?? [],
  }
}
