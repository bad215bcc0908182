import { createHash, createHmac } from 'node:crypto'
import type { PostCall } from '../../bounded-post.ts'

/**
 * ACS3-HMAC-SHA256 for calls in the RPC style, parameters in the query and an empty body:
 * https://www.alibabacloud.com/help/en/sdk/product-overview/v3-request-structure-and-signature
 */
export interface AlibabaCall {
  readonly host: string
  readonly action: string
  readonly version: string
  readonly parameters: Readonly<Record<string, string>>
  /** Never the same twice within 15 minutes. */
  readonly nonce: string
  readonly nowMs: number
}

export interface AlibabaKey {
  readonly accessKeyId: string
  readonly accessKeySecret: string
}

const ALGORITHM = 'ACS3-HMAC-SHA256'

export function signAlibaba(call: AlibabaCall, { accessKeyId, accessKeySecret }: AlibabaKey) {
  const query = canonicalQuery(call.parameters)
  const headers = {
    host: call.host,
    'x-acs-action': call.action,
    'x-acs-content-sha256': sha256(''),
    'x-acs-date': new Date(call.nowMs).toISOString().replace(/\.\d{3}/, ''),
    'x-acs-signature-nonce': call.nonce,
    'x-acs-version': call.version,
  }
  // They stand in the order of their names.
  const signed = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const canonical = ['POST', '/', query, lines.join(''), signed, sha256('')].join('\n')
  const signature = createHmac('sha256', accessKeySecret)
    .update(`${ALGORITHM}\n${sha256(canonical)}`)
    .digest('hex')
  const credential = `Credential=${accessKeyId},SignedHeaders=${signed},Signature=${signature}`
  const authorization = `${ALGORITHM} ${credential}`
  const path = query === '' ? '/' : `/?${query}`
  return { path, headers: { ...headers, authorization }, body: Buffer.alloc(0) } satisfies PostCall
}

function canonicalQuery(parameters: AlibabaCall['parameters']): string {
  return Object.entries(parameters)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&')
}

/** RFC 3986, which leaves fewer characters as they are than `encodeURIComponent`. */
function encode(text: string): string {
  const hex = (one: string) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`
  return encodeURIComponent(text.toWellFormed()).replaceAll(/[!'()*]/g, hex)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
