import { once } from 'node:events'
import { buffer } from 'node:stream/consumers'
import { simpleParser } from 'mailparser'
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server'
import { createInbox } from './inbox.ts'
import type { Peer } from './peer.ts'
import { CA_PATH, CERTIFICATE } from './tls-files.ts'

export interface CaughtMail {
  readonly to: readonly string[]
  /** Its header as it came, and what is to be read. */
  readonly text: string
}

/** A mail server that carries nothing on. */
export async function openMailCatcher(): Promise<Peer<CaughtMail>> {
  const inbox = createInbox<CaughtMail>()
  const server = new SMTPServer({
    ...CERTIFICATE,
    disabledCommands: ['AUTH'],
    closeTimeout: 100,
    onData(stream, { envelope }, done) {
      const to = envelope.rcptTo.map(({ address }) => address)
      read(stream).then(
        (text) => {
          inbox.put({ to, text })
          done(null)
        },
        (error: Error) => done(error),
      )
    },
  })
  // A client that hangs up.
  server.on('error', () => {})
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  const address = server.server.address()
  if (address === null || typeof address === 'string') throw new Error('the peer has no port')
  return {
    inbox,
    settings: {
      host: 'localhost',
      port: address.port,
      from: 'Herald <no-reply@example.com>',
      ca: { file: CA_PATH },
    },
    secrets: {},
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

async function read(stream: SMTPServerDataStream): Promise<string> {
  const { headerLines, text = '' } = await simpleParser(await buffer(stream))
  return [...headerLines.map(({ line }) => line), '', text].join('\n')
}
