import { createECDH, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:https'
import type { Provider } from '../../src/core/ports/provider.ts'
import { chatMessage, messageIdOf, refOf, TEXT } from './chat-message.ts'
import { type Contestant, fact, type PeerFacts, type PushVendor } from './vendor.ts'
import { type BenchBrowser, bareSender } from './webpush-bare.ts'
import { startWebPushPeer } from './webpush-peer.ts'

/** What Herald sends for a chat message, against those who send the same bytes to the same browsers. */
export const webpush: PushVendor = {
  title: 'Web Push',
  startPeer: startWebPushPeer,
  contestants: [herald('herald', 1_000), herald('herald, to strangers', 10_000), bare(), webPush()],
  aims: [
    { of: 'node:crypto', least: 1.1, aim: 1.3 },
    { of: 'web-push', least: 2.2, aim: 3.5 },
  ],
}

/** As many connections as Herald opens. */
const CONNECTIONS = 100

/** `browsers`: who of them gets a message is each in turn. Herald knows the last 2,000 again. */
function herald(name: string, browsers: number): Contestant {
  return {
    name,
    pointed: 'endpoint, ca, allowLoopback',
    async open(peer) {
      const provider = await openHerald(peer)
      const tokens = makeBrowsers(peer, browsers).map((browser) => JSON.stringify(browser))
      return {
        async send(index) {
          const message = chatMessage(index, tokens[index % browsers] ?? '')
          const outcome = await provider.send(message, new AbortController().signal)
          if (outcome.kind !== 'accepted') throw new Error(JSON.stringify(outcome))
        },
        close: () => provider.close(),
      }
    },
  }
}

/** The provider as Herald opens it, from its settings. */
async function openHerald(peer: PeerFacts): Promise<Provider> {
  const { webPushKind } = await import('../../src/providers/webpush/webpush-provider.ts')
  const { makeVapidKeys } = await import('../../src/providers/webpush/webpush-vapid.ts')
  const { createFieldReader } = await import('../../src/providers/field-reader.ts')
  const { renderText } = await import('./render-text.ts')
  const { publicKey, privateKey } = makeVapidKeys()
  const keys = { publicKey, privateKey: { env: 'KEY' }, subject: SUBJECT }
  const entry = { ...keys, allowLoopback: true, ca: { env: 'CA' } }
  const sources = { env: { KEY: privateKey, CA: caOf(peer) }, readFile: () => '' }
  const ready = webPushKind.read(createFieldReader('webpush', entry, sources))
  const log = { info() {}, warn() {} }
  const parts = { render: renderText, publicUrl: undefined, linkKey: undefined, log, now: Date.now }
  const [provider] = (await ready?.open(parts)) ?? []
  if (provider === undefined) throw new Error('no provider')
  return provider
}

/** What Node's own functions take as everybody would call them, with the signature made beforehand. */
function bare(): Contestant {
  return {
    name: 'node:crypto',
    pointed: 'endpoint, agent',
    async open(peer) {
      const browsers = makeBrowsers(peer, 1_000)
      const agent = agentOf(peer)
      const send = bareSender(agent)
      return {
        send: (index) => send(browserAt(browsers, index), payloadOf(index)),
        close: async () => agent.destroy(),
      }
    },
  }
}

function webPush(): Contestant {
  return {
    name: 'web-push',
    pointed: 'endpoint, agent',
    async open(peer) {
      const library = (await import('web-push')).default
      const browsers = makeBrowsers(peer, 1_000)
      const agent = agentOf(peer)
      const vapidDetails = { subject: SUBJECT, ...library.generateVAPIDKeys() }
      const options = {
        agent,
        vapidDetails,
        TTL: 60,
        urgency: 'normal',
        topic: 'a'.repeat(32),
      } as const
      return {
        send: (index) =>
          library.sendNotification(browserAt(browsers, index), payloadOf(index), options),
        close: async () => agent.destroy(),
      }
    },
  }
}

function makeBrowsers(peer: PeerFacts, count: number): readonly BenchBrowser[] {
  const origin = fact(peer, 'origin')
  return Array.from({ length: count }, (_, n) => ({
    endpoint: `${origin}/push/${n.toString(16).padStart(150, 'a')}`,
    keys: {
      p256dh: createECDH('prime256v1').generateKeys('base64url'),
      auth: randomBytes(16).toString('base64url'),
    },
  }))
}

function browserAt(browsers: readonly BenchBrowser[], index: number): BenchBrowser {
  const browser = browsers[index % browsers.length]
  if (browser === undefined) throw new Error('no browsers')
  return browser
}

function agentOf(peer: PeerFacts): Agent {
  return new Agent({ keepAlive: true, maxSockets: CONNECTIONS, ca: caOf(peer) })
}

function caOf(peer: PeerFacts): string {
  return readFileSync(fact(peer, 'ca'), 'utf8')
}

const SUBJECT = 'mailto:ops@example.com'
/** What Herald makes of that. */
function payloadOf(index: number): string {
  return JSON.stringify({
    title: 'Alice',
    body: TEXT,
    tag: `user/alice#${refOf(index)}`,
    badge: 3,
    silent: false,
    herald: {
      ref: refOf(index),
      kind: 'direct-message',
      messageId: messageIdOf(index),
      messages: 1,
      conversation: 'user/alice',
    },
  })
}
