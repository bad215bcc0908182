import { createHash, createHmac } from 'node:crypto'
import type { ReceivedCall, SmsRules } from './sms-peer.ts'

/** Tencent Cloud, which builds the request anew from what arrived and compares the signatures. */
export function tencentRules(secret: string): SmsRules {
  const error = { Code: 'AuthFailure.SignatureFailure', Message: 'signature' }
  const sent = { SerialNo: '5000:7', PhoneNumber: '', Code: 'Ok', Message: 'send success' }
  return {
    isOurs: (call) => isSigned(call, secret),
    accepts: { status: 200, body: { Response: { SendStatusSet: [sent], RequestId: 'r' } } },
    refuses: { status: 200, body: { Response: { Error: error, RequestId: 'r' } } },
  }
}

function isSigned({ method, headers, body }: ReceivedCall, secret: string): boolean {
  const pattern = /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/
  const [, scope = '', names = '', given = ''] = pattern.exec(headers.authorization ?? '') ?? []
  const [day = '', service = '', last = ''] = scope.split('/')
  const lines = names.split(';').map((name) => `${name}:${String(headers[name]).toLowerCase()}`)
  const canonical = [method, '/', '', ...lines, '', names, sha256(body)].join('\n')
  let key: string | Buffer = `TC3${secret}`
  for (const part of [day, service, last]) key = createHmac('sha256', key).update(part).digest()
  const text = `TC3-HMAC-SHA256\n${headers['x-tc-timestamp']}\n${scope}\n${sha256(canonical)}`
  return createHmac('sha256', key).update(text).digest('hex') === given
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
