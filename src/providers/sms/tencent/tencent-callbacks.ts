import type { CallbackReader } from '../../../core/ports/callback-reader.ts'
import { fieldsOf, wordsOf } from '../../answer-json.ts'
import { createUnsignedReports, type SmsReport } from '../sms-reports.ts'
import { TENCENT_GONE_CODES } from './tencent-outcome.ts'

/**
 * https://www.tencentcloud.com/document/product/382/43547
 * Reports name a message by Tencent's own number alone (`sid`): the session context comes back in the
 * answer to the call, not in them. So they tell of numbers that are gone, and nothing of deliveries.
 */
export function createTencentCallbacks(secret: string): CallbackReader {
  return createUnsignedReports({ secret, readOne, reply: '{"result":0,"errmsg":"OK"}' })
}

function readOne(value: unknown): SmsReport | undefined {
  const { report_status: status, errmsg, nationcode, mobile } = fieldsOf(value)
  if (status !== 'SUCCESS' && status !== 'FAIL') return undefined
  const reason = wordsOf(errmsg)
  const phone = [nationcode, mobile].map((part) => wordsOf(part) ?? '').join('')
  const isGone = status === 'FAIL' && TENCENT_GONE_CODES.has(reason ?? '') && phone !== ''
  return isGone ? { gone: { token: `+${phone}`, reason: reason ?? '' } } : {}
}
