import type { SendOutcome } from '../../../core/delivery/send-outcome.ts'
import { fieldsOf, parseJson, wordsOf } from '../../answer-json.ts'
import type { PostAnswer } from '../../bounded-post.ts'
import { readRetryAfter } from '../../retry-after.ts'
import {
  LATER,
  MAYBE_GONE,
  type MeaningTable,
  MISCONFIGURED,
  meaningOf,
  meaningOfStatus,
  outcomeAs,
  REJECTED,
  UNAVAILABLE,
} from '../sms-outcome.ts'

const HOUR_MS = 3_600_000

/**
 * https://help.aliyun.com/document_detail/101346.html, and those of every API of theirs:
 * https://api.alibabacloud.com/document/Dysmsapi/2017-05-25/errorCode
 */
export const ALIBABA_CODES: MeaningTable = {
  'isv.MOBILE_NUMBER_ILLEGAL': MAYBE_GONE,
  'isv.BUSINESS_LIMIT_CONTROL': REJECTED,
  'isv.SMS_CONTENT_ILLEGAL': REJECTED,
  'isv.BLACK_KEY_CONTROL_LIMIT': REJECTED,
  'isv.PARAM_LENGTH_LIMIT': REJECTED,
  'isv.PARAM_NOT_SUPPORT_URL': REJECTED,
  'isv.TEMPLATE_PARAMS_ILLEGAL': REJECTED,
  'isv.INVALID_JSON_PARAM': REJECTED,
  'isv.INVALID_PARAMETERS': REJECTED,
  'isv.MOBILE_COUNT_OVER_LIMIT': REJECTED,
  'isv.DOMESTIC_NUMBER_NOT_SUPPORTED': REJECTED,
  'isv.UNSUPPORTED_CONTENT': REJECTED,
  'isv.TEMPLATE_MISSING_PARAMETERS': MISCONFIGURED,
  'isv.SMS_TEMPLATE_ILLEGAL': MISCONFIGURED,
  'isv.SMS_SIGNATURE_ILLEGAL': MISCONFIGURED,
  'isv.SMS_SIGN_ILLEGAL': MISCONFIGURED,
  'isv.SMS_SIGNATURE_SCENE_ILLEGAL': MISCONFIGURED,
  'isv.SIGN_STATE_ILLEGAL': MISCONFIGURED,
  'isv.EXTEND_CODE_ERROR': MISCONFIGURED,
  'isv.DENY_IP_RANGE': MISCONFIGURED,
  'isv.OUT_OF_SERVICE': MISCONFIGURED,
  'isv.AMOUNT_NOT_ENOUGH': MISCONFIGURED,
  'isv.PRODUCT_UN_SUBSCRIPT': MISCONFIGURED,
  'isv.PRODUCT_UNSUBSCRIBE': MISCONFIGURED,
  'isv.ACCOUNT_NOT_EXISTS': MISCONFIGURED,
  'isv.ACCOUNT_ABNORMAL': MISCONFIGURED,
  'isp.RAM_PERMISSION_DENY': MISCONFIGURED,
  'isv.DAY_LIMIT_CONTROL': LATER(HOUR_MS),
  'isv.MONTH_LIMIT_CONTROL': LATER(HOUR_MS),
  'isp.SYSTEM_ERROR': UNAVAILABLE,
  'isp.GATEWAY_ERROR': UNAVAILABLE,
  'isp.UNKNOWN': UNAVAILABLE,
  Throttling: UNAVAILABLE,
  ServiceUnavailable: UNAVAILABLE,
  InternalError: UNAVAILABLE,
  SignatureNonceUsed: UNAVAILABLE,
  InvalidTimeStamp: MISCONFIGURED,
  InvalidAccessKeyId: MISCONFIGURED,
  SignatureDoesNotMatch: MISCONFIGURED,
  IncompleteSignature: MISCONFIGURED,
  Forbidden: MISCONFIGURED,
  NoPermission: MISCONFIGURED,
  InvalidVersion: MISCONFIGURED,
  'InvalidAction.NotFound': MISCONFIGURED,
}

/**
 * https://help.aliyun.com/document_detail/101347.html: there is no such number. Others, such as
 * MOBILE_NOT_ON_SERVICE, are said of phones that are switched off as well.
 */
export const ALIBABA_GONE_CODES: ReadonlySet<string> = new Set(['MK:0001'])

export function alibabaOutcome(answer: PostAnswer, nowMs: number): SendOutcome {
  const { status, text } = answer
  const fields = fieldsOf(parseJson(text))
  const code = wordsOf(fields.Code) ?? ''
  if (code === 'OK') return { kind: 'accepted', providerId: idOf(fields) }
  const reason = [status, code, wordsOf(fields.Message) ?? wordsOf(text)].filter(Boolean).join(' ')
  const meaning = meaningOf(ALIBABA_CODES, code) ?? fallback(code, status)
  return outcomeAs(meaning, reason, readRetryAfter(answer.retryAfter, nowMs))
}

function idOf({ BizId, RequestId }: Readonly<Record<string, unknown>>): string {
  return wordsOf(BizId) ?? wordsOf(RequestId) ?? 'OK'
}

/** A code that is new to us, of a call that was understood, is about that call. */
function fallback(code: string, status: number) {
  return code !== '' && status < 300 ? REJECTED : meaningOfStatus(status)
}
