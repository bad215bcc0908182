import type { SendOutcome } from '../../../core/delivery/send-outcome.ts'
import { fieldsOf, parseJson, wordsOf } from '../../answer-json.ts'
import type { PostAnswer } from '../../bounded-post.ts'
import { readRetryAfter } from '../../retry-after.ts'
import {
  GONE,
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

/** https://cloud.tencent.com/document/api/382/59177, and those of every API of theirs in the last lines. */
export const TENCENT_CODES: MeaningTable = {
  'InvalidParameterValue.IncorrectPhoneNumber': MAYBE_GONE,
  'FailedOperation.PhoneNumberInBlacklist': GONE,
  'FailedOperation.ContainSensitiveWord': REJECTED,
  'FailedOperation.FailResolvePacket': REJECTED,
  'FailedOperation.JsonParseFail': REJECTED,
  'FailedOperation.MarketingSendTimeConstraint': REJECTED,
  'FailedOperation.OtherError': REJECTED,
  'FailedOperation.ParametersOtherError': REJECTED,
  'FailedOperation.InsufficientBalanceInSmsPackage': MISCONFIGURED,
  'FailedOperation.MissingSignature': MISCONFIGURED,
  'FailedOperation.MissingSignatureList': MISCONFIGURED,
  'FailedOperation.MissingTemplateList': MISCONFIGURED,
  'FailedOperation.SignatureIncorrectOrUnapproved': MISCONFIGURED,
  'FailedOperation.TemplateIncorrectOrUnapproved': MISCONFIGURED,
  'FailedOperation.TemplateParamSetNotMatchApprovedTemplate': MISCONFIGURED,
  'FailedOperation.TemplateUnapprovedOrNotExist': MISCONFIGURED,
  // Said of lists of templates alone, to individuals, who may send: it proves nothing.
  'FailedOperation.NotEnterpriseCertification': UNAVAILABLE,
  'InvalidParameterValue.ContentLengthLimit': REJECTED,
  'InvalidParameterValue.ProhibitedUseUrlInTemplateParameter': REJECTED,
  'InvalidParameterValue.TemplateParameterFormatError': REJECTED,
  'InvalidParameterValue.TemplateParameterLengthLimit': REJECTED,
  'InvalidParameterValue.SdkAppIdNotExist': MISCONFIGURED,
  'InvalidParameter.AppidAndBizId': MISCONFIGURED,
  'InvalidParameter.DirtyWordFound': REJECTED,
  'LimitExceeded.AppDailyLimit': LATER(HOUR_MS),
  'LimitExceeded.AppMainlandChinaDailyLimit': LATER(HOUR_MS),
  'LimitExceeded.AppGlobalDailyLimit': LATER(HOUR_MS),
  'LimitExceeded.DailyLimit': LATER(HOUR_MS),
  'LimitExceeded.DeliveryFrequencyLimit': REJECTED,
  'LimitExceeded.PhoneNumberCountLimit': REJECTED,
  'LimitExceeded.PhoneNumberDailyLimit': REJECTED,
  'LimitExceeded.PhoneNumberOneHourLimit': REJECTED,
  'LimitExceeded.PhoneNumberSameContentDailyLimit': REJECTED,
  'LimitExceeded.PhoneNumberThirtySecondLimit': LATER(30_000),
  'MissingParameter.EmptyPhoneNumberSet': REJECTED,
  'UnsupportedOperation.UnsuportedRegion': REJECTED,
  'UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber': REJECTED,
  'InternalError.RequestTimeException': MISCONFIGURED,
  'InternalError.RestApiInterfaceNotExist': MISCONFIGURED,
  'InternalError.SigFieldMissing': MISCONFIGURED,
  'InternalError.SigVerificationFail': MISCONFIGURED,
  InternalError: UNAVAILABLE,
  RequestLimitExceeded: UNAVAILABLE,
  LimitExceeded: UNAVAILABLE,
  ServiceUnavailable: UNAVAILABLE,
  AuthFailure: MISCONFIGURED,
  UnauthorizedOperation: MISCONFIGURED,
  ActionOffline: MISCONFIGURED,
  InvalidAction: MISCONFIGURED,
  NoSuchVersion: MISCONFIGURED,
  UnsupportedRegion: MISCONFIGURED,
  IpInBlacklist: MISCONFIGURED,
  IpNotInWhitelist: MISCONFIGURED,
  MissingParameter: REJECTED,
  InvalidParameter: REJECTED,
  InvalidParameterValue: REJECTED,
  FailedOperation: REJECTED,
  UnsupportedOperation: REJECTED,
}

/**
 * https://cloud.tencent.com/document/product/382/3771: there is no such number. Others are said of phones
 * that are switched off as well.
 */
export const TENCENT_GONE_CODES: ReadonlySet<string> = new Set(['MK:0001'])

/** Of a question: whatever is answered without an error. */
export function tencentAnswer(answer: PostAnswer, nowMs: number): SendOutcome {
  const response = fieldsOf(fieldsOf(parseJson(answer.text)).Response)
  const id = wordsOf(response.RequestId)
  const isAnswered = answer.status < 300 && response.Error === undefined && id !== undefined
  return isAnswered ? { kind: 'accepted', providerId: id } : tencentOutcome(answer, nowMs)
}

/** `Response.Error` of the call, or else what became of its only number. */
export function tencentOutcome(answer: PostAnswer, nowMs: number): SendOutcome {
  const { status, text } = answer
  const response = fieldsOf(fieldsOf(parseJson(text)).Response)
  const { Error: error, SendStatusSet: sent } = response
  const fields = fieldsOf(error ?? (Array.isArray(sent) ? sent[0] : undefined))
  const code = wordsOf(fields.Code) ?? ''
  if (code === 'Ok') {
    const providerId = wordsOf(fields.SerialNo) ?? wordsOf(response.RequestId) ?? 'Ok'
    return { kind: 'accepted', providerId }
  }
  const reason = [status, code, wordsOf(fields.Message) ?? wordsOf(text)].filter(Boolean).join(' ')
  const meaning = meaningOf(TENCENT_CODES, code) ?? fallback(code, status)
  return outcomeAs(meaning, reason, readRetryAfter(answer.retryAfter, nowMs))
}

/** A code that is new to us, of a call that was understood, is about that call. */
function fallback(code: string, status: number) {
  return code !== '' && status < 300 ? REJECTED : meaningOfStatus(status)
}
