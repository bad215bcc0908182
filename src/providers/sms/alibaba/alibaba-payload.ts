import { isMainlandChina } from '../e164.ts'
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

/** In mainland China without its country code, elsewhere with it and without a plus. */
function alibabaPhone(phone: string): string {
  return phone.slice(isMainlandChina(phone) ? 3 : 1)
}

/** The same backwards: a mobile number in mainland China has eleven digits, the first of which is 1. */
export function phoneOfAlibaba(digits: string): string {
  if (digits.startsWith('+')) return digits
  return /^1\d{10}$/.test(digits) ? `+86${digits}` : `+${digits.replace(/^00/, '')}`
}
