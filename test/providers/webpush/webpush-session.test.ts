import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Provider } from '../../../src/core/ports/provider.ts'
import { aMessage } from '../../support/a-message.ts'
import { CERTIFICATES } from '../../support/tls-files.ts'
import { openWebPushPeer, type WebPushPeer } from '../../support/webpush-peer.ts'
import { aToken, aWebPushProvider, patience } from './webpush-world.ts'

let peer: WebPushPeer
let provider: Provider

beforeEach(async () => {
  peer = await openWebPushPeer()
  provider = aWebPushProvider()
})

afterEach(async () => {
  await provider.close()
  await peer.close()
})

describe('a push service that', () => {
  it('hangs is left when the call is given up', async () => {
    peer.play(() => {})
    const patience = new AbortController()
    const arrived = peer.nextRequest()
    const sending = provider.send(aMessage({ token: peer.subscribe() }), patience.signal)
    await arrived

    patience.abort()

    expect(await sending).toMatchObject({ kind: 'unavailable' })
  })

  it('breaks off is tried again', async () => {
    peer.play((response) => response.destroy())

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toMatchObject({ kind: 'unavailable' })
  })

  it('resets the connection is tried again', async () => {
    peer.play(() => peer.reset())

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toMatchObject({ kind: 'unavailable' })
  })

  it('answers half a header is tried again', async () => {
    peer.play((_, request) => request.socket.end('HTTP/1.1 20'))

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toMatchObject({ kind: 'unavailable' })
  })

  it('answers nonsense is tried again', async () => {
    peer.play((_, request) => request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'))

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toMatchObject({ kind: 'unavailable' })
  })

  it('accepts, and breaks off in the body, has accepted', async () => {
    peer.play((response) => {
      response.writeHead(201, { 'content-length': '100' })
      response.write('half', () => response.destroy())
    })

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toEqual({ kind: 'accepted', providerId: '201' })
  })

  it('refuses, and breaks off in the body, has refused', async () => {
    peer.play((response) => {
      response.writeHead(410, { 'content-length': '100' })
      response.write('{"reason":', () => response.destroy())
    })

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toMatchObject({ kind: 'address-gone' })
  })

  it('answers without an end is cut short', async () => {
    const gone = Promise.withResolvers<void>()
    peer.play((response, request) => {
      request.socket.once('close', () => gone.resolve())
      response.writeHead(400)
      const more = () => response.write('all work and no play '.repeat(1_000), more)
      more()
    })

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(/^400 all work/),
    })
    expect(JSON.stringify(outcome).length).toBeLessThan(400)
    await gone.promise
  })

  it('accepts without an end is cut short as well', async () => {
    const gone = Promise.withResolvers<void>()
    peer.play((response, request) => {
      request.socket.once('close', () => gone.resolve())
      response.writeHead(201)
      const more = () => response.write('x'.repeat(20_000), more)
      more()
    })

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toEqual({ kind: 'accepted', providerId: '201' })
    await gone.promise
  })

  it.each([301, 302, 307, 308])('redirects with %i is not followed', async (status) => {
    const elsewhere = await openWebPushPeer()
    peer.play((response) =>
      response.writeHead(status, { location: `${elsewhere.origin}/push/0` }).end(),
    )
    elsewhere.subscribe()

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toEqual({ kind: 'rejected', reason: String(status) })
    expect(elsewhere.received).toEqual([])
    await elsewhere.close()
  })

  it('is slow to accept is left when the call is given up', async () => {
    const silent = createServer()
    silent.listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const { keys } = JSON.parse(peer.subscribe())
    const endpoint = `https://127.0.0.1:${portOf(silent.address())}/push`
    const patience = new AbortController()
    const connected = once(silent, 'connection')
    const sending = provider.send(
      aMessage({ token: JSON.stringify({ endpoint, keys }) }),
      patience.signal,
    )
    const [socket] = await connected

    patience.abort()

    expect(await sending).toMatchObject({ kind: 'unavailable' })
    socket.destroy()
    silent.close()
  })

  it.each(['ofAnotherName', 'ofAnotherAuthority'] as const)(
    'shows a certificate %s is not told anything',
    async (name) => {
      const impostor = await openWebPushPeer({ certificate: CERTIFICATES[name] })

      const outcome = await provider.send(aMessage({ token: impostor.subscribe() }), patience())

      expect(outcome).toMatchObject({
        kind: 'unavailable',
        reason: expect.stringMatching(/certificate/i),
      })
      expect(impostor.received).toEqual([])
      await impostor.close()
    },
  )

  it('is not there is tried again', async () => {
    const token = peer.subscribe()
    await peer.close()

    expect(await provider.send(aMessage({ token }), patience())).toMatchObject({
      kind: 'unavailable',
      reason: expect.stringMatching(/ECONNREFUSED/),
    })
    peer = await openWebPushPeer()
  })

  it('was called longest ago is left where there are too many', async () => {
    const left = Promise.withResolvers<void>()
    peer.play((response, request) => {
      request.socket.once('close', () => left.resolve())
      response.writeHead(201).end()
    })
    await provider.send(aMessage({ token: peer.subscribe() }), patience())

    for (let n = 0; n < 100; n++) {
      const token = aToken({ endpoint: `https://10.0.0.${n}/` })
      expect(await provider.send(aMessage({ token }), patience())).toMatchObject({
        kind: 'rejected',
      })
    }

    await left.promise
  })
})

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address !== null ? address.port : 0
}
