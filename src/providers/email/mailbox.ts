import { domainToASCII } from 'node:url'

export interface Mailbox {
  readonly name: string
  readonly address: string
}

/** RFC 5321 §4.5.3.1: a path has 256 octets, two of which are its brackets. */
const ADDRESS_BYTES_MAX = 254

/** Not all that RFC 5321 allows, but nothing that would end a header or a command of SMTP. */
const ADDRESS =
  /^[^\s\p{Cc}@"(),:;<>[\]\\]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?\.)*[\p{L}\p{N}](?:[\p{L}\p{N}-]*[\p{L}\p{N}])?$/u

/** `ann@example.com`, `Ann <ann@example.com>` or `"Ann, B." <ann@example.com>`; undefined where it is neither. */
export function readMailbox(text: string): Mailbox | undefined {
  const [, quoted, plain = '', bracketed] =
    /^(?:"([^"\\\p{Cc}]*)"|([^<>"\p{Cc}]*?)) *<([^<>]+)>$/u.exec(text) ?? []
  const address = bracketed ?? text
  return addressFault(address) === undefined ? { name: quoted ?? plain, address } : undefined
}

export function mailboxFault(text: string): string | undefined {
  return readMailbox(text) === undefined ? 'is no mailbox, like Ann <ann@example.com>' : undefined
}

export function addressFault(address: string): string | undefined {
  const isFine = ADDRESS.test(address) && Buffer.byteLength(address) <= ADDRESS_BYTES_MAX
  return isFine ? undefined : 'must be a mailbox, such as ann@example.com'
}

/** The same mailbox in one spelling: domains know no case, and what stands before may. */
export function canonicalAddress(address: string): string {
  const at = address.lastIndexOf('@')
  const domain = domainOf(address)
  return at === -1 ? address : `${address.slice(0, at)}@${domain}`
}

/** In ASCII, where it can be. */
export function domainOf(address: string): string {
  const domain = address.slice(address.lastIndexOf('@') + 1)
  return domainToASCII(domain) || domain.toLowerCase()
}
