import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createFieldReader } from '../../../src/providers/field-reader.ts'
import { webPushKind } from '../../../src/providers/webpush/webpush-provider.ts'
import { makeVapidKeys } from '../../../src/providers/webpush/webpush-vapid.ts'
import { aMessage } from '../../support/a-message.ts'
import { CA_PATH, CERTIFICATES } from '../../support/tls-files.ts'
import { openWebPushPeer } from '../../support/webpush-peer.ts'
import { patience } from './webpush-world.ts'

const KEYS = makeVapidKeys()
const GOOD = {
  publicKey: KEYS.publicKey,
  privateKey: { env: 'VAPID' },
  subject: 'mailto:ops@example.com',
}

function read(settings: object, env: Record<string, string> = { VAPID: KEYS.privateKey }) {
  const fields = createFieldReader('webpush-beta', settings, {
    env,
    readFile: (path) => readFileSync(path, 'utf8'),
  })
  const ready = webPushKind.read(fields)
  fields.finish()
  return { ready, faults: fields.faults.map(({ path, problem }) => `${path} ${problem}`) }
}

const PARTS = {
  render: () => ({ title: 'Ann', body: 'hi', html: undefined }),
  publicUrl: undefined,
  linkKey: undefined,
  log: { info: () => {}, warn: () => {} },
  now: Date.now,
}

describe('settings of web push', () => {
  it('open a provider of their name', async () => {
    const { ready, faults } = read({ ...GOOD, connectionsMax: 7 })

    const [provider] = (await ready?.open(PARTS)) ?? []

    expect(faults).toEqual([])
    expect(ready?.names).toEqual(['webpush-beta'])
    expect(provider).toMatchObject({
      name: 'webpush-beta',
      channels: ['push'],
      callbacks: undefined,
    })
    await provider?.close()
  })

  it('lead to loopback only where they say so', async () => {
    const peer = await openWebPushPeer({ certificate: CERTIFICATES.good })
    const message = aMessage({ token: peer.subscribe() })
    const settings = { ...GOOD, ca: { file: CA_PATH } }
    const outcomes: string[] = []

    for (const allowLoopback of [undefined, true]) {
      const { ready } = read({ ...settings, ...(allowLoopback && { allowLoopback }) })
      for (const provider of (await ready?.open(PARTS)) ?? []) {
        outcomes.push((await provider.send(message, patience())).kind)
        await provider.close()
      }
    }

    expect(outcomes).toEqual(['rejected', 'accepted'])
    await peer.close()
  })

  it.each(['https://example.com/contact', 'mailto:push@mail.example.co.uk'])(
    'take %s',
    (subject) => {
      expect(read({ ...GOOD, subject }).faults).toEqual([])
    },
  )

  it.each([
    'ops@example.com',
    'mailto:ops@localhost',
    'https://localhost',
    'http://example.com',
    'mailto:ops',
    'https://127.0.0.1/',
  ])('do not take %s as a subject', (subject) => {
    const { ready, faults } = read({ ...GOOD, subject })

    expect(ready).toBeUndefined()
    expect(faults).toEqual([expect.stringMatching(/^webpush-beta.subject is no mailto:/)])
  })

  it('tell of keys that are none', () => {
    const { ready, faults } = read({ ...GOOD, publicKey: 'abc' }, { VAPID: 'abc' })

    expect(ready).toBeUndefined()
    expect(faults).toEqual([
      expect.stringMatching(/^webpush-beta.publicKey is no public key/),
      expect.stringMatching(/^webpush-beta.privateKey is no private key/),
    ])
  })

  it.each([
    ['another pair’s', makeVapidKeys().privateKey],
    ['zero', Buffer.alloc(32).toString('base64url')],
    ['beyond the order of the curve', Buffer.alloc(32, 255).toString('base64url')],
  ])('tell of a private key that is %s', (_, privateKey) => {
    const { ready, faults } = read(GOOD, { VAPID: privateKey })

    expect(ready).toBeUndefined()
    expect(faults).toEqual(['webpush-beta.publicKey does not belong to the private key'])
  })

  it('tell all that is missing', () => {
    expect(read({}).faults).toEqual([
      'webpush-beta.publicKey is missing',
      'webpush-beta.privateKey is missing',
      'webpush-beta.subject is missing',
    ])
  })
})
