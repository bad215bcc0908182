import { canonicalPhone, isMainlandChina, phoneFault } from '../e164.ts'
import type { FilledTemplate } from '../sms-templates.ts'

export interface AlibabaMessage {
  readonly ref: string
  readonly phone: string
  readonly signName: string
  readonly template: FilledTemplate
}

/** https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms */
export function writeSendSms(message: AlibabaMessage): Readonly<Record<string, string>> {
  const { ref, phone, signName, template } = message
  return {
    OutId: ref,
    PhoneNumbers: alibabaPhone(phone),
    SignName: signName,
    TemplateCode: template.id,
    TemplateParam: JSON.stringify(Object.fromEntries(template.parameters)),
  }
}

const MAINLAND_MOBILE = /^1\d{10}$/

/** Refuses what Alibaba could not tell from another's number: North America's, without their plus. */
export function alibabaPhoneFault(token: string): string | undefined {
  const fault = phoneFault(token)
  if (fault !== undefined) return fault
  const phone = canonicalPhone(token)
  if (isMainlandChina(phone) || !MAINLAND_MOBILE.test(phone.slice(1))) return undefined
  return 'looks like a number in mainland China to Alibaba Cloud: give it to another provider'
}

/** In mainland China without its country code, elsewhere with it and without a plus. */
function alibabaPhone(phone: string): string {
  return phone.slice(isMainlandChina(phone) ? 3 : 1)
}

/** The same backwards. */
export function phoneOfAlibaba(digits: string): string {
  if (digits.startsWith('+')) return digits
  return MAINLAND_MOBILE.test(digits) ? `+86${digits}` : `+${digits.replace(/^00/, '')}`
}
