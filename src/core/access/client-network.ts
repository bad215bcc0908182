import { BlockList, isIP } from 'node:net'

/**
 * Returns what names the network that a client's address stands for; undefined where the address is
 * unknown, or one of `shared` (addresses and networks in CIDR notation), behind which are many.
 *
 * An IPv6 subscriber has a /64 to choose addresses from (RFC 6177), so that is what counts.
 */
export function createClientNetwork(
  shared: readonly string[],
): (address: string) => string | undefined {
  const isShared = createNetworkList(shared)
  return (address) => {
    const family = isIP(address)
    if (family === 0 || isShared(address, family)) return undefined
    return family === 4 ? address : networkOf(address)
  }
}

function createNetworkList(
  networks: readonly string[],
): (address: string, family: number) => boolean {
  if (networks.length === 0) return () => false
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix] = network.split('/')
    const family = familyName(isIP(address))
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return (address, family) => list.check(address, familyName(family))
}

function familyName(family: number): 'ipv4' | 'ipv6' {
  return family === 6 ? 'ipv6' : 'ipv4'
}

/** An IPv4 client of a dual-stack listener (RFC 4291 §2.5.5.2). */
const MAPPED = /^(?:::|(?:0{1,4}:){5})ffff:(\d+\.\d+\.\d+\.\d+)$/i

function networkOf(address: string): string {
  const mapped = MAPPED.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const groups = groupsOf(address)
  const isMapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff'
  return isMapped ? groups.join(':') : groups.slice(0, 4).join(':')
}

/** The groups of an IPv6 address, with what "::" and leading zeros leave out or add. */
function groupsOf(address: string): readonly string[] {
  const [bare = ''] = address.split('%')
  const [head = '', tail = ''] = bare.split('::')
  const before = head === '' ? [] : head.split(':')
  const after = tail === '' ? [] : tail.split(':')
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => '0')
  return [...before, ...zeros, ...after].map((group) => Number.parseInt(group, 16).toString(16))
}
