import { BlockList, isIP } from 'node:net'
import { fault, type Kind, quoted, value } from '../setting.ts'

const HOST_NAME = /^(?!.*[.-]$)[a-z0-9][a-z0-9.-]{0,252}$/i

/** What to listen on: an IP address or a host name. */
export const host: Kind<string> = {
  placeholder: '<host>',
  form: 'an IP address or a host name',
  read(text) {
    // A name of digits and dots alone is an address gone wrong.
    const isName = HOST_NAME.test(text) && !/^[\d.]+$/.test(text)
    if (isName || isIP(text) !== 0) return value(text)
    return fault(
      `${quoted(text)} is neither an IP address nor a host name`,
      'write one alone, such as 127.0.0.1; the port has a setting of its own',
    )
  },
  write: String,
}

/** An IP address or a network in CIDR notation. */
export const network: Kind<string> = {
  placeholder: '<network>',
  form: 'an IP address or a network such as `10.0.0.0/8`',
  read(text) {
    const [address = '', prefix, more] = text.split('/')
    const bitsMax = isIP(address) === 6 ? 128 : 32
    const isPrefix = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= bitsMax)
    if (isIP(address) !== 0 && isPrefix && more === undefined) return value(text)
    return fault(
      `${quoted(text)} is neither an IP address nor a network`,
      'write such as 10.0.0.7, 10.0.0.0/8 or fd00::/8',
    )
  },
  write: String,
}

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8)
loopback.addAddress('::1', 'ipv6')

const privateNetworks = new BlockList()
// RFC 1918, RFC 6598, RFC 3927; RFC 4193, RFC 4291 §2.5.6.
privateNetworks.addSubnet('10.0.0.0', 8)
privateNetworks.addSubnet('172.16.0.0', 12)
privateNetworks.addSubnet('192.168.0.0', 16)
privateNetworks.addSubnet('100.64.0.0', 10)
privateNetworks.addSubnet('169.254.0.0', 16)
privateNetworks.addSubnet('fc00::', 7, 'ipv6')
privateNetworks.addSubnet('fe80::', 10, 'ipv6')

/** Names that no public DNS resolves: those without a dot, of Kubernetes, and RFC 6762, RFC 8375. */
const PRIVATE_NAME = /^[^.]+$|\.(svc|local|internal|home\.arpa)$/i

/** Whether a host is reached without leaving a network of one's own. */
export function isPrivate(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(bare)
  if (family === 0) return PRIVATE_NAME.test(bare)
  return isLoopback(bare) || privateNetworks.check(bare, family === 6 ? 'ipv6' : 'ipv4')
}

/** Whether only this machine can reach a host, as it would be written in a setting or a URL. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(bare)
  // RFC 6761 §6.3: "localhost" is always loopback.
  if (family === 0) return bare.toLowerCase() === 'localhost'
  return loopback.check(bare, family === 6 ? 'ipv6' : 'ipv4')
}
