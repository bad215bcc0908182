import { createPublicKey, type KeyObject, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fault, quoted, type Reading, value } from './setting.ts'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g

/** Reads the public keys of a PEM text; certificates stand for their keys. */
export function readPublicKeys(pem: string): Reading<readonly KeyObject[]> {
  const blocks = [...pem.matchAll(BLOCK)]
  if (/-----BEGIN [A-Z0-9 ]*PRIVATE KEY/.test(pem)) {
    return fault(
      'holds a private key, which only the maker of the tokens may have',
      'replace it by the public one (openssl pkey -in KEY -pubout), and treat that key as leaked',
    )
  }
  if (blocks.length === 0) {
    return fault('holds no PEM block', 'give one that begins with -----BEGIN PUBLIC KEY-----')
  }
  const keys: KeyObject[] = []
  for (const [block, label] of blocks) {
    const key = parseBlock(block, label)
    if (key === undefined) {
      return fault(`a block ${quoted(label ?? '')} in it can't be read`, 'export the key anew')
    }
    keys.push(key)
  }
  return value(keys)
}

/** `readPublicKeys` on a file's content. */
export function readPublicKeyFile(path: string): Reading<readonly KeyObject[]> {
  try {
    return readPublicKeys(readFileSync(path, 'utf8'))
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return fault(`${quoted(path)} can't be read (${why})`, 'name a file that Herald may read')
  }
}

function parseBlock(block: string, label: string | undefined): KeyObject | undefined {
  try {
    return label?.endsWith('CERTIFICATE')
      ? new X509Certificate(block).publicKey
      : createPublicKey(block)
  } catch {
    // OpenSSL's reasons ("wrong tag") help nobody.
    return undefined
  }
}
