import type { CallbackReader } from '../../../core/ports/callback-reader.ts'
import { fieldsOf, wordsOf } from '../../answer-json.ts'
import { readBeijingTime } from '../beijing-time.ts'
import { createUnsignedReports, type SmsReport } from '../sms-reports.ts'
import { ALIBABA_GONE_CODES } from './alibaba-outcome.ts'
import { phoneOfAlibaba } from './alibaba-payload.ts'

/** https://help.aliyun.com/zh/sms/developer-reference/smsreport-2 */
export function createAlibabaCallbacks(secret: string): CallbackReader {
  return createUnsignedReports({ secret, readOne, reply: '{"code":0,"msg":"成功"}' })
}

function readOne(value: unknown, nowMs: number): SmsReport | undefined {
  const report = fieldsOf(value)
  const { success, out_id: ref, phone_number: phone } = report
  if (typeof success !== 'boolean') return undefined
  const reason = success ? undefined : (wordsOf(report.err_code) ?? 'no reason given')
  const at = readBeijingTime(report.report_time) ?? nowMs
  const kind = success ? 'delivered' : 'undelivered'
  const isGone = ALIBABA_GONE_CODES.has(reason ?? '') && typeof phone === 'string'
  return {
    // Other messages of the account may have none, or one that is not ours.
    ...(typeof ref === 'string' && ref !== '' && { receipt: { ref, kind, reason, at } as const }),
    ...(isGone && { gone: { token: phoneOfAlibaba(phone), reason: reason ?? '' } }),
  }
}
