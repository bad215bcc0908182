import { createHash, createHmac } from 'node:crypto'
import type { PostCall } from '../../bounded-post.ts'

/** TC3-HMAC-SHA256: https://www.tencentcloud.com/document/product/382/40544 */
export interface TencentCall {
  readonly host: string
  /** `sms`. */
  readonly service: string
  readonly action: string
  readonly version: string
  readonly region: string
  readonly body: string
  readonly nowMs: number
}

export interface TencentKey {
  readonly secretId: string
  readonly secretKey: string
}

const ALGORITHM = 'TC3-HMAC-SHA256'

export function signTencent(call: TencentCall, key: TencentKey) {
  const timestamp = String(Math.floor(call.nowMs / 1000))
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    host: call.host,
    'x-tc-action': call.action,
  }
  return {
    path: '/',
    headers: {
      ...headers,
      'x-tc-version': call.version,
      'x-tc-region': call.region,
      'x-tc-timestamp': timestamp,
      authorization: authorize(call, key, headers, timestamp),
    },
    body: Buffer.from(call.body),
  } satisfies PostCall
}

function authorize(
  { service, body, nowMs }: TencentCall,
  { secretId, secretKey }: TencentKey,
  headers: Readonly<Record<string, string>>,
  timestamp: string,
): string {
  // They stand in the order of their names.
  const signed = Object.keys(headers).join(';')
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value.toLowerCase()}\n`)
  const canonical = ['POST', '/', '', lines.join(''), signed, sha256(body)].join('\n')
  const day = new Date(nowMs).toISOString().slice(0, 10)
  const scope = `${day}/${service}/tc3_request`
  const key = hmac(hmac(hmac(`TC3${secretKey}`, day), service), 'tc3_request')
  const text = [ALGORITHM, timestamp, scope, sha256(canonical)].join('\n')
  const signature = hmac(key, text).toString('hex')
  return `${ALGORITHM} Credential=${secretId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}
