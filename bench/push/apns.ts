import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { startApnsPeer } from './apns-peer.ts'
import { chatMessage, EXPIRES_AT, messageIdOf, refOf, TEXT } from './chat-message.ts'
import { type Contestant, fact, type PeerFacts, type PushVendor } from './vendor.ts'

/** What Herald sends for a chat message, against those who send the same headers and bytes. */
export const apns: PushVendor = {
  title: 'APNs',
  startPeer: startApnsPeer,
  contestants: [herald(), raw(), nodeApn(), apns2()],
  aims: [
    { of: 'node:http2', least: 0.75, aim: 0.85 },
    { of: '@parse/node-apn', least: 1, aim: 1.1 },
    { of: 'apns2', least: 1.5, aim: 2 },
  ],
}

const TEAM = { teamId: 'TEAM123456', keyId: 'KEY1234567' } as const
const BUNDLE_ID = 'com.example.chat'

/** The provider as Herald opens it, from its settings, with the text rendered for each message. */
function herald(): Contestant {
  return {
    name: 'herald',
    pointed: 'endpoint, ca',
    async open(peer) {
      const { apnsKind } = await import('../../src/providers/apns/apns-provider.ts')
      const { createFieldReader } = await import('../../src/providers/field-reader.ts')
      const { renderText } = await import('./render-text.ts')
      const endpoint = `https://${fact(peer, 'authority')}`
      const entry = {
        ...TEAM,
        bundleId: BUNDLE_ID,
        key: { env: 'KEY' },
        endpoint,
        ca: { file: peer.ca },
      }
      const sources = {
        env: { KEY: fact(peer, 'key') },
        readFile: (path: string) => readFileSync(path, 'utf8'),
      }
      const ready = apnsKind.read(createFieldReader('apns', entry, sources))
      const log = { info() {}, warn() {} }
      const parts = { render: renderText, publicUrl: undefined, linkKey: undefined, log }
      const [provider] = (await ready?.open({ ...parts, now: Date.now })) ?? []
      if (provider === undefined) throw new Error('no provider')
      return {
        async send(index) {
          const outcome = await provider.send(chatMessage(index, deviceOf(index)), signalOf(index))
          if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome))
        },
        close: () => provider.close(),
      }
    },
  }
}

/** The shortest way to send these messages by Node's HTTP/2: one connection, a token made beforehand. */
function raw(): Contestant {
  return {
    name: 'node:http2',
    pointed: 'authority, ca',
    async open(peer) {
      const { connect } = await import('node:http2')
      const session = connect(`https://${fact(peer, 'authority')}`, { ca: caOf(peer) })
      const authorization = `bearer ${'x'.repeat(180)}`
      return {
        send: (index) =>
          new Promise<void>((resolve, reject) => {
            const path = `/3/device/${deviceOf(index)}`
            const own = { ':method': 'POST', ':path': path, authorization }
            const stream = session.request({ ...own, ...headersOf(index) })
            let status: number | undefined
            stream.on('response', (headers) => {
              status = headers[':status']
            })
            stream.on('error', reject)
            stream.on('end', () => (status === 200 ? resolve() : reject(new Error(`${status}`))))
            stream.resume()
            stream.end(JSON.stringify(payloadOf(index)))
          }),
        close: async () => session.close(),
      }
    },
  }
}

function nodeApn(): Contestant {
  return {
    name: '@parse/node-apn',
    pointed: 'address, port, ca',
    async open(peer) {
      const { Notification, Provider } = (await import('@parse/node-apn')).default
      const provider = new Provider({
        token: { ...TEAM, key: Buffer.from(fact(peer, 'key')) },
        address: 'localhost',
        port: Number(fact(peer, 'port')),
        ca: [caOf(peer)],
      })
      return {
        async send(index) {
          const { aps, herald } = payloadOf(index)
          const headers = headersOf(index)
          const note = new Notification()
          Object.assign(note, { aps, payload: { herald }, topic: BUNDLE_ID, pushType: 'alert' })
          Object.assign(note, { id: headers['apns-id'], priority: 10 })
          Object.assign(note, { collapseId: headers['apns-collapse-id'], expiry: expiry() })
          const { failed } = await provider.send(note, deviceOf(index))
          if (failed.length > 0) throw new Error(JSON.stringify(failed))
        },
        close: async () => void (await provider.shutdown()),
      }
    },
  }
}

/** Its host and port are fixed, but its pool is not: one of the same making, to the peer. */
function apns2(): Contestant {
  return {
    name: 'apns2',
    pointed: 'its pool replaced',
    async open(peer) {
      const { ApnsClient, Notification } = await import('apns2')
      const { Pool } = createRequire(import.meta.resolve('apns2'))('undici')
      const client = new ApnsClient({
        team: TEAM.teamId,
        keyId: TEAM.keyId,
        signingKey: fact(peer, 'key'),
        defaultTopic: BUNDLE_ID,
      })
      await client.client.close()
      const pool = new Pool(`https://${fact(peer, 'authority')}`, {
        connections: 32,
        pipelining: 1,
        allowH2: true,
        maxConcurrentStreams: 100,
        connect: { ca: caOf(peer) },
      })
      Object.assign(client, { client: pool })
      return {
        send(index) {
          const { aps, herald } = payloadOf(index)
          const collapseId = headersOf(index)['apns-collapse-id']
          const options = { aps, data: { herald }, collapseId, expiration: expiry() }
          return client.send(new Notification(deviceOf(index), options))
        },
        close: () => client.close(),
      }
    },
  }
}

/** Whoever calls a provider makes them; more than are under way, so that each hears of one call. */
const SIGNALS = Array.from({ length: 256 }, () => new AbortController().signal)

function signalOf(index: number): AbortSignal {
  return SIGNALS[index % SIGNALS.length] ?? new AbortController().signal
}

function caOf(peer: PeerFacts): string {
  return readFileSync(fact(peer, 'ca'), 'utf8')
}

function expiry(): number {
  return EXPIRES_AT / 1_000
}

function deviceOf(index: number): string {
  return index.toString(16).padStart(64, 'a')
}

function headersOf(index: number) {
  return {
    'apns-topic': BUNDLE_ID,
    'apns-push-type': 'alert',
    'apns-priority': '10',
    'apns-id': `00000000-0000-5000-8000-${index.toString(16).padStart(12, '0')}`,
    'apns-expiration': `${expiry()}`,
    'apns-collapse-id': refOf(index),
  }
}

/** What Herald makes of that. */
function payloadOf(index: number) {
  return {
    aps: {
      alert: { title: 'Alice', body: TEXT },
      badge: 3,
      sound: 'default',
      'thread-id': 'user/alice',
      'mutable-content': 1 as const,
    },
    herald: {
      ref: refOf(index),
      kind: 'direct-message',
      conversation: 'user/alice',
      messageId: messageIdOf(index),
    },
  }
}
