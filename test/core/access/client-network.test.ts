import { describe, expect, it } from 'vitest'
import { createClientNetwork } from '../../../src/core/access/client-network.ts'

describe('createClientNetwork', () => {
  const networkOf = createClientNetwork([])

  it.each([
    ['an IPv4 address', '192.0.2.1', '192.0.2.1'],
    ['the /64 of an IPv6 address', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['the /64 of a short IPv6 address', '2001:db8::1', '2001:db8:0:0'],
    ['the same /64 with leading zeros and capitals', '2001:0DB8:0000:0000::0001', '2001:db8:0:0'],
    ['the /64 of an address that ends in "::"', '2001:db8:1::', '2001:db8:1:0'],
    ['the /64 of an address that begins with "::"', '::1', '0:0:0:0'],
    ['the /64 of an address with a zone', 'fe80::1%eth0', 'fe80:0:0:0'],
    ['an IPv4 address seen by a dual-stack listener', '::ffff:192.0.2.1', '192.0.2.1'],
    ['the same written out', '0:0:0:0:0:ffff:192.0.2.1', '192.0.2.1'],
    ['the same in hexadecimal', '::ffff:c000:201', '0:0:0:0:0:ffff:c000:201'],
  ])('takes %s', (_name, address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  it.each(['', 'localhost', '192.0.2', '192.0.2.1:1883', '[::1]'])(
    'knows nothing of "%s"',
    (text) => {
      expect(networkOf(text)).toBeUndefined()
    },
  )

  it.each([
    ['10.1.2.3', true],
    ['11.1.2.3', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['::ffff:10.1.2.3', true],
    ['fd00:1::5', true],
    ['fe80::1', false],
  ])('finds that %s is shared: %s', (address, isShared) => {
    const shared = createClientNetwork(['10.0.0.0/8', '192.0.2.7', 'fd00::/8'])

    expect(shared(address) === undefined).toBe(isShared)
  })
})
