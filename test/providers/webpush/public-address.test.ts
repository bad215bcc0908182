import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { describe, expect, it } from 'vitest'
import {
  AddressRefused,
  createPublicLookup,
  mayCall,
} from '../../../src/providers/webpush/public-address.ts'
import { aMessage } from '../../support/a-message.ts'
import { openWebPushPeer } from '../../support/webpush-peer.ts'
import { aWebPushProvider, patience } from './webpush-world.ts'

const STRICT = { allowLoopback: false }

describe('an address that may not be called', () => {
  it.each([
    ['this network', '0.0.0.0'],
    ['this network', '0.255.255.255'],
    ['private', '10.0.0.1'],
    ['private', '10.255.255.255'],
    ['private', '172.16.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['behind a carrier’s NAT', '100.64.0.1'],
    ['behind a carrier’s NAT', '100.127.255.255'],
    ['loopback', '127.0.0.1'],
    ['loopback', '127.255.255.254'],
    ['a link', '169.254.0.1'],
    ['the metadata of a cloud', '169.254.169.254'],
    ['for protocols', '192.0.0.8'],
    ['for documentation', '192.0.2.1'],
    ['for documentation', '198.51.100.1'],
    ['for documentation', '203.0.113.1'],
    ['a 6to4 relay', '192.88.99.1'],
    ['for benchmarks', '198.18.0.1'],
    ['for benchmarks', '198.19.255.255'],
    ['multicast', '224.0.0.1'],
    ['multicast', '239.255.255.255'],
    ['reserved', '240.0.0.1'],
    ['broadcast', '255.255.255.255'],
    ['unspecified', '::'],
    ['loopback', '::1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped', '::ffff:10.0.0.1'],
    ['IPv4-mapped, and public', '::ffff:8.8.8.8'],
    ['IPv4-mapped, written in hexadecimal', '::ffff:7f00:1'],
    ['IPv4-compatible', '::127.0.0.1'],
    ['NAT64', '64:ff9b::a00:1'],
    ['NAT64 of a network', '64:ff9b:1::1'],
    ['for discarding', '100::1'],
    ['Teredo', '2001::1'],
    ['ORCHID', '2001:20::1'],
    ['for documentation', '2001:db8::1'],
    ['for documentation', '3fff::1'],
    ['6to4', '2002:7f00:1::1'],
    ['6to4', '2002:a00:1::1'],
    ['segment routing', '5f00::1'],
    ['unique local', 'fc00::1'],
    ['unique local', 'fdff:ffff::1'],
    ['a link', 'fe80::1'],
    ['a link with its zone', 'fe80::1%eth0'],
    ['a public one with a zone', '2a00:1450:4001::1%eth0'],
    ['a site', 'fec0::1'],
    ['multicast', 'ff02::1'],
    ['no address', 'localhost'],
    ['no address', ''],
  ])('is %s: %s', (_, address) => {
    expect(mayCall(address, STRICT)).toBe(false)
  })
})

describe('an address that may be called', () => {
  it.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.1',
    '169.253.255.255',
    '172.15.255.255',
    '172.32.0.0',
    '192.0.1.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '223.255.255.255',
    '2001:200::1',
    '2001:4860:4860::8888',
    '2003::1',
    '2606:4700:4700::1111',
    '2a00:1450:4001:81b::200a',
  ])('is %s', (address) => {
    expect(mayCall(address, STRICT)).toBe(true)
  })

  it.each(['127.0.0.1', '127.8.8.8', '::1'])('is %s, where loopback is', (address) => {
    expect(mayCall(address, { allowLoopback: true })).toBe(true)
  })

  it.each(['10.0.0.1', '169.254.169.254', '::ffff:10.0.0.1', '0.0.0.0', '::'])(
    'is not %s, even where loopback is',
    (address) => {
      expect(mayCall(address, { allowLoopback: true })).toBe(false)
    },
  )
})

describe('a name', () => {
  const mixed = dnsThatSays('10.0.0.1', '8.8.8.8', '::1', '2606:4700::1111')

  it('gives the public ones of its addresses', async () => {
    expect(await look(mixed, { all: true })).toEqual([
      { address: '8.8.8.8', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ])
  })

  it('gives the first public one where one is asked for', async () => {
    expect(await look(mixed, {})).toEqual(['8.8.8.8', 4])
  })

  it.each([
    ['private addresses', ['10.0.0.1', 'fd00::1']],
    ['loopback', ['127.0.0.1', '::1']],
    ['no address', []],
  ])('is refused that has only %s', async (_, addresses) => {
    await expect(look(dnsThatSays(...addresses), { all: true })).rejects.toThrow(AddressRefused)
    await expect(look(dnsThatSays(...addresses), {})).rejects.toThrow(AddressRefused)
  })

  it('is not known where it is not known', async () => {
    const failing: LookupFunction = (_, __, callback) => callback(new Error('ENOTFOUND'), [])

    await expect(look(failing, { all: true })).rejects.toThrow('ENOTFOUND')
  })
})

describe('a push', () => {
  it.each([
    '127.0.0.1',
    '[::1]',
    '[::ffff:127.0.0.1]',
    '2130706433',
    '0x7f.1',
    '10.0.0.1',
    '169.254.169.254',
    '0',
  ])('is not sent to %s', async (host) => {
    const peer = await openWebPushPeer()
    const provider = aWebPushProvider({ allowLoopback: false })
    const { keys } = JSON.parse(peer.subscribe('/push'))
    const { port } = new URL(peer.origin)
    const token = JSON.stringify({ endpoint: `https://${host}:${port}/push`, keys })

    const outcome = await provider.send(aMessage({ token }), patience())

    expect(outcome).toMatchObject({
      kind: 'rejected',
      reason: expect.stringMatching(/is no public address$/),
    })
    expect(peer.received).toEqual([])
    await provider.close()
    await peer.close()
  })

  it.each(['localhost', 'push.example.com'])(
    'is not sent to %s, which leads to loopback',
    async (host) => {
      const peer = await openWebPushPeer({ host })
      const provider = aWebPushProvider({ allowLoopback: false, lookup: dnsThatSays('127.0.0.1') })

      const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

      expect(outcome).toEqual({ kind: 'rejected', reason: `${host} is no public address` })
      expect(peer.received).toEqual([])
      await provider.close()
      await peer.close()
    },
  )

  it('is sent where the same name leads to an address that is allowed', async () => {
    const peer = await openWebPushPeer({ host: 'localhost' })
    const provider = aWebPushProvider({ lookup: dnsThatSays('10.0.0.1', '127.0.0.1') })

    const outcome = await provider.send(aMessage({ token: peer.subscribe() }), patience())

    expect(outcome).toMatchObject({ kind: 'accepted' })
    await provider.close()
    await peer.close()
  })

  it('asks for the address at each connection, not once', async () => {
    const answers = ['127.0.0.1', '10.0.0.1']
    const rebinding: LookupFunction = (host, options, callback) =>
      dnsThatSays(answers.shift() ?? '')(host, options, callback)
    const peer = await openWebPushPeer()
    const provider = aWebPushProvider({ lookup: rebinding })
    const token = peer.subscribe()
    const first = await provider.send(aMessage({ token }), patience())

    peer.play(() => peer.reset())
    await provider.send(aMessage({ token }), patience())
    const second = await provider.send(aMessage({ token }), patience())

    expect(first).toMatchObject({ kind: 'accepted' })
    expect(second).toEqual({ kind: 'rejected', reason: 'localhost is no public address' })
    await provider.close()
    await peer.close()
  })
})

function dnsThatSays(...addresses: readonly string[]): LookupFunction {
  const found: LookupAddress[] = addresses.map((address) => ({
    address,
    family: address.includes(':') ? 6 : 4,
  }))
  return (_, __, callback) => setImmediate(() => callback(null, found))
}

function look(lookup: LookupFunction, options: { all?: boolean }): Promise<unknown> {
  return new Promise((resolve, reject) => {
    createPublicLookup(STRICT, lookup)('push.example.com', options, (error, address, family) => {
      if (error !== null) reject(error)
      else resolve(family === undefined ? address : [address, family])
    })
  })
}
