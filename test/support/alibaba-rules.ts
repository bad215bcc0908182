import { createHash, createHmac } from 'node:crypto'
import type { ReceivedCall, SmsRules } from './sms-peer.ts'

/** Alibaba Cloud, which builds the request anew from what arrived and compares the signatures. */
export function alibabaRules(secret: string): SmsRules {
  return {
    isOurs: (call) => isSigned(call, secret),
    accepts: { status: 200, body: { Code: 'OK', Message: 'OK', BizId: 'biz^0', RequestId: 'r' } },
    refuses: { status: 400, body: { Code: 'SignatureDoesNotMatch', Message: 'signature' } },
  }
}

function isSigned({ method, path, headers, body }: ReceivedCall, secret: string): boolean {
  const [, names = '', given = ''] =
    /SignedHeaders=([^,]+),Signature=([0-9a-f]{64})$/.exec(headers.authorization ?? '') ?? []
  const [resource, query = ''] = path.split('?')
  const canonical = [
    method,
    resource,
    query.split('&').sort().join('&'),
    ...names.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    names,
    headers['x-acs-content-sha256'],
  ].join('\n')
  const isBody = headers['x-acs-content-sha256'] === sha256(body)
  const ours = createHmac('sha256', secret).update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
  return isBody && names.includes('x-acs-action') && ours.digest('hex') === given
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
