import { createHash, sign } from 'node:crypto'
import type { DkimKey } from './email-settings.ts'

/**
 * What is signed of the header. RFC 6376 §5.4.1 recommends these, RFC 8058 §4 demands the last two;
 * each is named once more than it is there, so that no further one can be added (§8.15).
 */
const SIGNED = [
  'From',
  'To',
  'Subject',
  'Date',
  'Message-ID',
  'Reply-To',
  'MIME-Version',
  'Content-Type',
  'Content-Transfer-Encoding',
  'Auto-Submitted',
  'List-Unsubscribe',
  'List-Unsubscribe-Post',
] as const

/** Characters on a line of the signature. */
const FOLD = 70

/**
 * The DKIM-Signature field of a message, relaxed/relaxed. Written here because nodemailer signs streams
 * only, with RSA only, and a preview shows the message as it is.
 */
export function dkimSignature(header: string, body: string, key: DkimKey): string {
  const fields = readFields(header)
  const present = SIGNED.flatMap((name) => fields.filter((field) => isNamed(field, name)))
  const names = [...present.map(nameOf), ...SIGNED].join(':')
  const bodyHash = createHash('sha256').update(relaxedBody(body)).digest('base64')
  const isRsa = key.privateKey.asymmetricKeyType === 'rsa'
  const unsigned = [
    `DKIM-Signature: v=1; a=${isRsa ? 'rsa' : 'ed25519'}-sha256; c=relaxed/relaxed;`,
    ` d=${key.domain}; s=${key.selector};`,
    ` h=${fold(names, ':')};`,
    ` bh=${bodyHash};`,
    ' b=',
  ].join('\r\n')
  const hashed = [...present, unsigned].map(relaxedField).join('\r\n')
  // RFC 8463 §3: Ed25519 signs the hash.
  const digest = createHash('sha256').update(hashed).digest()
  const signature = isRsa
    ? sign('sha256', Buffer.from(hashed), key.privateKey)
    : sign(null, digest, key.privateKey)
  return `${unsigned}${fold(signature.toString('base64'), '')}`
}

/** Fields with their folded lines, without the last line break. */
function readFields(header: string): readonly string[] {
  return header.split(/\r\n(?![ \t])/).filter((field) => field !== '')
}

function nameOf(field: string): string {
  return field.slice(0, field.indexOf(':'))
}

function isNamed(field: string, name: string): boolean {
  return nameOf(field).toLowerCase() === name.toLowerCase()
}

/** RFC 6376 §3.4.2. */
function relaxedField(field: string): string {
  const value = field.slice(field.indexOf(':') + 1)
  const unfolded = value.replaceAll('\r\n', '').replaceAll(/[ \t]+/g, ' ')
  return `${nameOf(field).toLowerCase()}:${unfolded.trim()}`
}

/** RFC 6376 §3.4.4. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replaceAll(/[ \t]+/g, ' ').trimEnd())
  const kept = lines.slice(0, lines.findLastIndex((line) => line !== '') + 1)
  return kept.map((line) => `${line}\r\n`).join('')
}

/** Breaks a long value into lines, after `at` where it is given. */
function fold(value: string, at: string): string {
  const pieces = at === '' ? (value.match(/.{1,70}/g) ?? []) : value.split(at)
  let line = ''
  const lines: string[] = []
  for (const [nth, piece] of pieces.entries()) {
    const more = nth < pieces.length - 1 ? `${piece}${at}` : piece
    if (line !== '' && line.length + more.length > FOLD) {
      lines.push(line)
      line = ''
    }
    line += more
  }
  return [...lines, line].join('\r\n ')
}
