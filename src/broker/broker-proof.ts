import { timingSafeEqual } from 'node:crypto'
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** The header in which the broker carries its secret. */
export const SECRET_HEADER = 'x-herald-secret'

export interface BrokerProofSettings {
  /** Any one of them is proof, so that a secret can be replaced without a gap; none: no proof is asked. */
  readonly secrets: readonly string[]
  /** Addresses and CIDR ranges that may ask; empty: any. */
  readonly allow: readonly string[]
}

/** Tells whether a request comes from our broker; returns what is missing, or undefined. */
export type BrokerProof = (
  secret: string | string[] | undefined,
  address: string | undefined,
) => 'wrong-secret' | 'foreign-address' | undefined

export function createBrokerProof({ secrets, allow }: BrokerProofSettings): BrokerProof {
  const known = secrets.map((secret) => Buffer.from(secret))
  const addresses = allow.length > 0 ? blockListOf(allow) : undefined
  return (secret, address) => {
    if (addresses !== undefined && !isListed(addresses, address)) return 'foreign-address'
    if (known.length > 0 && !matches(known, secret)) return 'wrong-secret'
    return undefined
  }
}

/** Every secret is compared, in a time that tells of them no more than their lengths. */
function matches(known: readonly Buffer[], secret: string | string[] | undefined): boolean {
  if (typeof secret !== 'string') return false
  const given = Buffer.from(secret)
  let found = false
  for (const one of known) {
    found = (one.length === given.length && timingSafeEqual(one, given)) || found
  }
  return found
}

function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    list.addSubnet(address, Number(prefix ?? (family === 'ipv6' ? 128 : 32)), family)
  }
  return list
}

function isListed(list: BlockList, address: string | undefined): boolean {
  if (address === undefined) return false
  // A socket that listens on "::" reports IPv4 peers as "::ffff:192.0.2.1".
  const plain =
    address.startsWith('::ffff:') && isIPv4(address.slice(7)) ? address.slice(7) : address
  return list.check(plain, isIPv6(plain) ? 'ipv6' : 'ipv4')
}
