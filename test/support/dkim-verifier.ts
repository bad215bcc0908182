import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto'

/**
 * Whether a message's DKIM signature holds: RFC 6376, relaxed/relaxed, with sha256. `keyFor` stands for
 * the DNS. It knows the RFC and nothing of how ours is made; a test has it judge nodemailer's as well.
 */
export function isDkimSigned(
  raw: Buffer,
  keyFor: (selector: string, domain: string) => KeyObject | string,
): boolean {
  const end = raw.indexOf('\r\n\r\n')
  const fields =
    raw
      .subarray(0, end)
      .toString('latin1')
      .match(/[^\r\n]+(?:\r\n[ \t][^\r\n]*)*/g) ?? []
  const own = fields.find((field) => /^dkim-signature:/i.test(field))
  if (own === undefined) return false
  const tags = tagsOf(own)
  if (tags.get('c') !== 'relaxed/relaxed' || tags.get('v') !== '1') return false
  const body = createHash('sha256')
    .update(canonicalBody(raw.subarray(end + 4)))
    .digest('base64')
  if (body !== tags.get('bh')) return false
  const unused = new Map<string, string[]>()
  for (const field of fields)
    unused.set(nameOf(field), [...(unused.get(nameOf(field)) ?? []), field])
  const signed = (tags.get('h') ?? '')
    .split(':')
    // §5.4.2: the last one first; names without a field stand for nothing.
    .flatMap((name) => unused.get(name.toLowerCase())?.pop() ?? [])
  const unsigned = own.replace(/([;:\s]b=)[A-Za-z0-9+/=\s]*$/, '$1')
  const hashed = Buffer.from(
    [...signed.map((field) => `${canonicalField(field)}\r\n`), canonicalField(unsigned)].join(''),
    'latin1',
  )
  const key = keyFor(tags.get('s') ?? '', tags.get('d') ?? '')
  const signature = Buffer.from(tags.get('b') ?? '', 'base64')
  const publicKey = typeof key === 'string' ? createPublicKey(key) : key
  return tags.get('a') === 'ed25519-sha256'
    ? verify(null, createHash('sha256').update(hashed).digest(), publicKey, signature)
    : verify('sha256', hashed, publicKey, signature)
}

function tagsOf(field: string): ReadonlyMap<string, string> {
  const list = field.slice(field.indexOf(':') + 1).replaceAll(/\s+/g, '')
  return new Map(
    list.split(';').map((tag): [string, string] => {
      const at = tag.indexOf('=')
      return [tag.slice(0, at), tag.slice(at + 1)]
    }),
  )
}

function nameOf(field: string): string {
  return field.slice(0, field.indexOf(':')).trim().toLowerCase()
}

function canonicalField(field: string): string {
  const value = field.slice(field.indexOf(':') + 1)
  return `${nameOf(field)}:${value
    .replaceAll(/\r\n/g, '')
    .replaceAll(/[ \t]+/g, ' ')
    .trim()}`
}

function canonicalBody(body: Buffer): Buffer {
  const text = body
    .toString('latin1')
    .replaceAll(/[ \t]+(?=\r\n)/g, '')
    .replaceAll(/[ \t]+/g, ' ')
    .replace(/(?:\r\n)*$/, '')
  return Buffer.from(text === '' ? '' : `${text}\r\n`, 'latin1')
}
