import { lookup as systemLookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Which addresses may be called: all that belong to the internet, and loopback where it is allowed. */
export interface AddressRule {
  readonly allowLoopback: boolean
}

/** What a push service's name leads to is nothing that may be called. */
export class AddressRefused extends Error {
  readonly code = 'ADDRESS_REFUSED'
}

/**
 * A lookup that gives only addresses that may be called. It is asked at each connection, and what it
 * gives is what is called: a name can't be public when it is checked and private when it is used.
 */
export function createPublicLookup(
  rule: AddressRule,
  lookup: LookupFunction = systemLookup,
): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, [])
      const allowed =
        typeof found === 'string' ? [] : found.filter((one) => mayCall(one.address, rule))
      const [first] = allowed
      if (first === undefined) return callback(refusal(hostname), [])
      if (options.all === true) return callback(null, allowed)
      return callback(null, first.address, first.family)
    })
  }
}

export function refusal(hostname: string): AddressRefused {
  return new AddressRefused(`${hostname} is no public address`)
}

export function mayCall(address: string, { allowLoopback }: AddressRule): boolean {
  const family = isIP(address)
  // An address with a zone (`fe80::1%eth0`) is of one network, and BlockList does not take it.
  if (family === 0 || address.includes('%')) return false
  if (allowLoopback && LOOPBACK.check(address, family === 4 ? 'ipv4' : 'ipv6')) return true
  if (family === 4) return !NOT_PUBLIC.check(address, 'ipv4')
  return GLOBAL_UNICAST.check(address, 'ipv6') && !NOT_PUBLIC.check(address, 'ipv6')
}

const LOOPBACK = blockListOf(['127.0.0.0/8', '::1/128'])

/**
 * IPv6 addresses are given out of this block alone. So what stands for an IPv4 address (mapped, NAT64),
 * local networks, links, multicast and loopback need no line below.
 * https://www.iana.org/assignments/ipv6-address-space
 */
const GLOBAL_UNICAST = blockListOf(['2000::/3'])

/**
 * https://www.iana.org/assignments/iana-ipv4-special-registry
 * https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const NOT_PUBLIC = blockListOf([
  '0.0.0.0/8', // this network
  '10.0.0.0/8', // private
  '100.64.0.0/10', // behind a carrier's NAT
  '127.0.0.0/8', // loopback
  '169.254.0.0/16', // link, and the metadata of most clouds
  '172.16.0.0/12', // private
  '192.0.0.0/24', // protocols
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // 6to4 relays
  '192.168.0.0/16', // private
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, and broadcast
  '2001::/23', // protocols, with Teredo, which stands for IPv4 addresses
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, which stands for IPv4 addresses
  '3fff::/20', // documentation
])

function blockListOf(subnets: readonly string[]): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net = '', prefix] = subnet.split('/')
    list.addSubnet(net, Number(prefix), net.includes(':') ? 'ipv6' : 'ipv4')
  }
  return list
}
