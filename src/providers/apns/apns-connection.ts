import { type ClientHttp2Session, connect, constants } from 'node:http2'
import { isIP } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { isCertificateFault } from '../certificate-fault.ts'
import type { ApnsCall } from './apns-call.ts'
import { runApnsStream, type StreamEvents, type StreamFate } from './apns-stream.ts'

export interface ConnectionOptions {
  readonly endpoint: URL
  readonly ca: string | undefined
  readonly timing: ConnectionTiming
}

export interface ConnectionTiming {
  readonly connectMs: number
  readonly pingEveryMs: number
  /** How long a ping may take. */
  readonly pingMs: number
  /** How long what is under way is waited for at the end. */
  readonly closeMs: number
}

/** Why a connection takes no more calls. */
export interface ConnectionEnd {
  readonly reason: string
  readonly isUntrusted: boolean
  /** It has answered before. */
  readonly wasOfUse: boolean
}

export interface ConnectionEvents {
  /** It may take a call, or another. */
  room(): void
  /** The peer has certainly not taken this call: it is safe to send it again. */
  refused(call: ApnsCall, reason: string): void
  /** It takes no more calls; those under way are still answered or lost. Comes once. */
  ended(connection: ApnsConnection, end: ConnectionEnd): void
}

/** Where the peer names no bound. */
const STREAMS_MAX = 1_000

/** One HTTP/2 connection to Apple. */
export class ApnsConnection {
  /** Resolves when nothing is left of it. */
  readonly closed: Promise<void>
  readonly #timing: ConnectionTiming
  readonly #events: ConnectionEvents
  readonly #socket: TLSSocket
  readonly #session: ClientHttp2Session
  readonly #connectTimer: NodeJS.Timeout
  readonly #pingTimer: NodeJS.Timeout
  #state: 'connecting' | 'open' | 'ended' = 'connecting'
  #isPinging = false
  #isSuspect = false
  #wasOfUse = false
  #streams = 0
  /** Until the peer has said how many it takes. */
  #streamsMax = 1
  #lastStreamId = Number.POSITIVE_INFINITY
  readonly #streamEvents: StreamEvents = {
    answered: () => {
      this.#wasOfUse = true
    },
    givenUp: () => this.#doubt(),
    closed: (call, fate) => this.#closed(call, fate),
  }

  constructor({ endpoint, ca, timing }: ConnectionOptions, events: ConnectionEvents) {
    this.#timing = timing
    this.#events = events
    const socket = openSocket(endpoint, ca)
    const session = connect(endpoint, { createConnection: () => socket })
    this.#socket = socket
    this.#session = session
    this.closed = new Promise((resolve) => session.once('close', resolve))
    const late = `no connection within ${timing.connectMs} ms`
    this.#connectTimer = setTimeout(() => this.#kill(late), timing.connectMs)
    this.#pingTimer = setInterval(() => this.#ping(), timing.pingEveryMs).unref()
    this.#listen()
  }

  hasRoom(): boolean {
    return this.#state === 'open' && !this.#isSuspect && this.#streams < this.#streamsMax
  }

  /** Whether it has answered yet. */
  isOfUse(): boolean {
    return this.#wasOfUse
  }

  send(call: ApnsCall): void {
    this.#streams += 1
    runApnsStream(this.#session, call, this.#streamEvents)
  }

  /** Waits for what is under way. */
  async close(): Promise<void> {
    this.#end('closed', false)
    const late = setTimeout(() => this.#destroy(), this.#timing.closeMs)
    await this.closed
    clearTimeout(late)
  }

  #listen(): void {
    this.#session.once('connect', () => {
      clearTimeout(this.#connectTimer)
      if (this.#state === 'connecting') this.#state = 'open'
      this.#events.room()
    })
    this.#session.on('remoteSettings', ({ maxConcurrentStreams = STREAMS_MAX }) => {
      this.#streamsMax = Math.min(maxConcurrentStreams, STREAMS_MAX)
      this.#events.room()
    })
    this.#session.on('goaway', (code, lastStreamId, words) => {
      this.#lastStreamId = lastStreamId
      this.#end(`Apple ended the connection: ${wordsOf(code, words)}`, false)
    })
    this.#session.on('error', (error) => this.#end(error.message, isCertificateFault(error)))
    this.#session.on('close', () => this.#end('the connection was closed', false))
  }

  #closed(call: ApnsCall, { id, isRefused, reason }: StreamFate): void {
    this.#streams -= 1
    const isUntouched = isRefused || id === undefined || id > this.#lastStreamId
    if (isUntouched && !call.isSettled) this.#events.refused(call, reason)
    else call.settle({ kind: 'lost', reason })
    this.#leaveWhenDone()
    this.#events.room()
  }

  /** A call that was not answered in time may mean that nobody is there any more. */
  #doubt(): void {
    this.#isSuspect = true
    this.#ping()
  }

  #ping(): void {
    if (this.#isPinging || this.#state !== 'open') return
    this.#isPinging = true
    const late = setTimeout(() => this.#kill('no answer to a ping'), this.#timing.pingMs)
    this.#session.ping((error) => {
      clearTimeout(late)
      this.#isPinging = false
      if (error !== null) return
      this.#isSuspect = false
      this.#events.room()
    })
  }

  #kill(reason: string): void {
    this.#end(reason, false)
    this.#destroy()
  }

  /** A session would wait until the peer has closed as well, which may be never. */
  #destroy(): void {
    this.#session.destroy()
    this.#socket.destroy()
  }

  #end(reason: string, isUntrusted: boolean): void {
    if (this.#state === 'ended') return
    this.#state = 'ended'
    clearTimeout(this.#connectTimer)
    clearInterval(this.#pingTimer)
    this.#events.ended(this, { reason, isUntrusted, wasOfUse: this.#wasOfUse })
    this.#leaveWhenDone()
  }

  #leaveWhenDone(): void {
    if (this.#state === 'ended' && this.#streams === 0) this.#destroy()
  }
}

/** Made here, so that it can be destroyed. Names are looked up each time, as Apple asks for. */
function openSocket({ hostname, port }: URL, ca: string | undefined): TLSSocket {
  const host = hostname.replace(/^\[|\]$/g, '')
  return connectTls({
    host,
    port: Number(port || 443),
    ALPNProtocols: ['h2'],
    minVersion: 'TLSv1.2',
    ...(ca !== undefined && { ca }),
    ...(isIP(host) === 0 && { servername: host }),
  })
}

/** Apple says why in JSON, with the reasons that its answers have. */
function wordsOf(code: number, words: Uint8Array | undefined): string {
  const text = Buffer.from(words ?? []).toString('utf8', 0, 200)
  const name = code === constants.NGHTTP2_NO_ERROR ? 'no error' : `code ${code}`
  return text === '' ? name : `${name}, ${text}`
}
