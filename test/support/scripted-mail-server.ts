import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'

/** When a scripted server says something. */
export type MailMoment =
  | 'greeting'
  | 'EHLO'
  | 'STARTTLS'
  | 'AUTH'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  /** When some of the message is there; usually nothing is said then. */
  | 'middle'
  | 'end'

/** A reply without its line break, or what goes wrong in the place of it. */
export type MailReply = string | { readonly fault: 'silence' | 'half' | 'reset' | 'hang-up' }

export interface ScriptedMailServer {
  readonly port: number
  /** Whole mails that were accepted. */
  readonly accepted: readonly string[]
  readonly connections: number
  close(): Promise<void>
}

const FINE: Readonly<Record<MailMoment, MailReply>> = {
  greeting: '220 peer ESMTP',
  EHLO: '250-peer\r\n250 ENHANCEDSTATUSCODES',
  STARTTLS: '502 5.5.1 Not implemented',
  AUTH: '235 2.7.0 Welcome',
  MAIL: '250 2.1.0 Ok',
  RCPT: '250 2.1.5 Ok',
  DATA: '354 Go on',
  middle: { fault: 'silence' },
  end: '250 2.0.0 Ok: queued as S1',
}

/** Speaks SMTP, byte for byte as a test says, in the clear. */
export async function openScriptedMailServer(
  script: Partial<Record<MailMoment, MailReply>> = {},
): Promise<ScriptedMailServer> {
  const replies = { ...FINE, ...script }
  const sockets = new Set<Socket>()
  const accepted: string[] = []
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => {})
    converse(socket, replies, accepted)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    accepted,
    get connections() {
      return connections
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

function converse(
  socket: Socket,
  replies: Readonly<Record<MailMoment, MailReply>>,
  accepted: string[],
): void {
  let buffered = ''
  let isMessage = false

  function say(moment: MailMoment): void {
    const reply = replies[moment]
    if (typeof reply === 'string') socket.write(`${reply}\r\n`)
    else if (reply.fault === 'half') socket.write('2')
    else if (reply.fault === 'reset') socket.resetAndDestroy()
    else if (reply.fault === 'hang-up') socket.end()
    if (moment === 'DATA') isMessage = reply === FINE.DATA
  }

  function takeMessage(): void {
    const [message, rest] = split(buffered, '\r\n.\r\n')
    if (rest === undefined) return
    buffered = rest
    isMessage = false
    if (replies.end === FINE.end) accepted.push(message)
    say('end')
  }

  function takeCommand(): boolean {
    const [line, rest] = split(buffered, '\r\n')
    if (rest === undefined) return false
    buffered = rest
    const [word = ''] = line.split(/[ :]/, 1)
    const moment = MOMENTS.find((one) => one === word.toUpperCase())
    if (moment !== undefined) say(moment)
    else if (word === 'QUIT') socket.end('221 2.0.0 Bye\r\n')
    else socket.write('250 2.0.0 Ok\r\n')
    return !isMessage
  }

  socket.on('data', (bytes) => {
    buffered += bytes.toString()
    if (!isMessage) while (takeCommand());
    if (isMessage && buffered.length > MIDDLE_BYTES) say('middle')
    if (isMessage) takeMessage()
  })
  say('greeting')
}

const MIDDLE_BYTES = 10_000

const MOMENTS: readonly MailMoment[] = ['EHLO', 'STARTTLS', 'AUTH', 'MAIL', 'RCPT', 'DATA']

function split(text: string, at: string): readonly [string, string | undefined] {
  const place = text.indexOf(at)
  return place === -1 ? [text, undefined] : [text.slice(0, place), text.slice(place + at.length)]
}
