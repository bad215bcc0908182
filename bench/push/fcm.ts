import { readFileSync } from 'node:fs'
import type { Message, Messaging } from 'firebase-admin/messaging'
import { chatMessage } from './chat-message.ts'
import { messageOf, tokenOf } from './fcm-message.ts'
import { startFcmPeer } from './fcm-peer.ts'
import {
  type Contestant,
  fact,
  type PeerFacts,
  type PushSender,
  type PushVendor,
} from './vendor.ts'

/** What Herald sends for a chat message, against those who send the same. */
export const fcm: PushVendor = {
  title: 'FCM',
  startPeer: startFcmPeer,
  contestants: [
    herald(),
    rawHttp1(),
    rawHttp2(),
    adminSend(),
    adminSendEach(),
    adminSendEachHttp1(),
  ],
  aims: [
    { of: 'undici', least: 0.75, aim: 0.9 },
    { of: 'firebase-admin send', least: 1.3, aim: 2 },
    { of: 'firebase-admin sendEach', least: 1.5, aim: 2 },
  ],
}

const CONNECTIONS = 32
const PATH = '/v1/projects/bench/messages:send'
const TOKEN = 'ya29.bench'

/** The provider as Herald opens it, from its settings, with the text rendered for each message. */
function herald(): Contestant {
  return {
    name: 'herald',
    pointed: 'endpoint, token_uri, ca',
    async open(peer) {
      const { fcmKind } = await import('../../src/providers/fcm/fcm-provider.ts')
      const { createFieldReader } = await import('../../src/providers/field-reader.ts')
      const { renderText } = await import('./render-text.ts')
      const ca = { file: fact(peer, 'ca') }
      const entry = { serviceAccount: { env: 'ACCOUNT' }, endpoint: fact(peer, 'origin'), ca }
      const sources = {
        env: { ACCOUNT: fact(peer, 'account') },
        readFile: (path: string) => readFileSync(path, 'utf8'),
      }
      const ready = fcmKind.read(createFieldReader('fcm', entry, sources))
      const log = { info() {}, warn() {} }
      const parts = { render: renderText, publicUrl: undefined, linkKey: undefined, log }
      const [provider] = (await ready?.open({ ...parts, now: Date.now })) ?? []
      if (provider === undefined) throw new Error('no provider')
      return {
        async send(index) {
          const outcome = await provider.send(
            chatMessage(index, tokenOf(index)),
            new AbortController().signal,
          )
          if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome))
        },
        close: () => provider.close(),
      }
    },
  }
}

/** As many connections, and bodies made beforehand. */
function rawHttp1(): Contestant {
  return {
    name: 'undici',
    pointed: 'origin, ca',
    async open(peer) {
      const { Pool } = await import('undici')
      const connect = { ca: caOf(peer) }
      const options = { connections: CONNECTIONS, allowH2: false, connect }
      const pool = new Pool(fact(peer, 'origin'), options)
      const headers = { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' }
      const body = JSON.stringify({ message: messageOf(0) })
      return {
        async send() {
          const answer = await pool.request({ path: PATH, method: 'POST', headers, body })
          const text = await answer.body.text()
          if (answer.statusCode !== 200) throw new Error(text)
        },
        close: () => pool.close(),
      }
    },
  }
}

/** One connection, and bodies made beforehand. */
function rawHttp2(): Contestant {
  return {
    name: 'node:http2',
    pointed: 'authority, ca',
    async open(peer) {
      const { connect } = await import('node:http2')
      const session = connect(fact(peer, 'origin'), { ca: caOf(peer) })
      const body = Buffer.from(JSON.stringify({ message: messageOf(0) }))
      const authorization = `Bearer ${TOKEN}`
      const own = { 'content-type': 'application/json', authorization }
      return {
        send: () =>
          new Promise<void>((resolve, reject) => {
            const stream = session.request({ ':method': 'POST', ':path': PATH, ...own })
            let status: number | undefined
            stream.on('response', (headers) => {
              status = headers[':status']
            })
            stream.on('error', reject)
            stream.on('end', () => (status === 200 ? resolve() : reject(new Error(`${status}`))))
            stream.resume()
            stream.end(body)
          }),
        close: async () => session.close(),
      }
    },
  }
}

function adminSend(): Contestant {
  return {
    name: 'firebase-admin send',
    pointed: 'an httpAgent that connects to it',
    async open(peer) {
      const { messaging, close } = await openAdmin(peer)
      return { send: (index) => messaging.send(messageOf(index)), close }
    },
  }
}

/** What one would pick. Its host is fixed, but how it connects is not. */
function adminSendEach(): Contestant {
  return {
    name: 'firebase-admin sendEach',
    pointed: 'http2.connect replaced',
    async open(peer) {
      const { default: http2 } = await import('node:http2')
      const connect = http2.connect
      Object.assign(http2, {
        connect(_authority: unknown, options: object) {
          const session = connect(fact(peer, 'origin'), { ...options, ca: caOf(peer) })
          const request = session.request.bind(session)
          // It asks with the scheme `https:`, which Node's server does not take.
          session.request = (headers, options) =>
            request({ ...headers, ':scheme': 'https' }, options)
          return session
        },
      })
      const { messaging, close } = await openAdmin(peer)
      return inBatches(messaging, close)
    },
  }
}

function adminSendEachHttp1(): Contestant {
  return {
    name: 'firebase-admin sendEach, HTTP/1.1',
    pointed: 'an httpAgent, and enableLegacyHttpTransport',
    async open(peer) {
      const { messaging, close } = await openAdmin(peer)
      messaging.enableLegacyHttpTransport()
      return inBatches(messaging, close)
    },
  }
}

async function openAdmin(peer: PeerFacts) {
  const { Agent } = await import('node:https')
  const { connect } = await import('node:tls')
  const { deleteApp, initializeApp } = await import('firebase-admin/app')
  const { getMessaging } = await import('firebase-admin/messaging')
  const address = { host: 'localhost', servername: 'localhost', port: Number(fact(peer, 'port')) }
  const ca = caOf(peer)
  const httpAgent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS })
  httpAgent.createConnection = () => connect({ ...address, ca })
  const getAccessToken = async () => ({ access_token: TOKEN, expires_in: 3_599 })
  const app = initializeApp({ projectId: 'bench', httpAgent, credential: { getAccessToken } })
  return {
    messaging: getMessaging(app),
    async close() {
      await deleteApp(app)
      httpAgent.destroy()
    },
  }
}

/** All that is asked for in one turn goes to one `sendEach`: the next turn begins when it has ended. */
function inBatches(messaging: Messaging, close: () => Promise<void>): PushSender {
  let batch: { message: Message; settle: PromiseWithResolvers<void> }[] = []
  async function flush(): Promise<void> {
    const sent = batch
    batch = []
    const { responses } = await messaging.sendEach(sent.map(({ message }) => message))
    for (const [place, { error }] of responses.entries()) {
      if (error === undefined) sent[place]?.settle.resolve()
      else sent[place]?.settle.reject(error)
    }
  }
  return {
    send(index) {
      const settle = Promise.withResolvers<void>()
      if (batch.push({ message: messageOf(index), settle }) === 1) setImmediate(() => void flush())
      return settle.promise
    },
    close,
  }
}

function caOf(peer: PeerFacts): string {
  return readFileSync(fact(peer, 'ca'), 'utf8')
}
