import type { FilledTemplate } from '../sms-templates.ts'

export interface TencentMessage {
  readonly ref: string
  readonly phone: string
  readonly sdkAppId: string
  readonly signName: string | undefined
  readonly template: FilledTemplate
}

/** https://www.tencentcloud.com/document/product/382/40536 */
export function writeSendSms(message: TencentMessage): object {
  const { ref, phone, sdkAppId, signName, template } = message
  return {
    PhoneNumberSet: [phone],
    SmsSdkAppId: sdkAppId,
    TemplateId: template.id,
    ...(signName !== undefined && { SignName: signName }),
    TemplateParamSet: template.parameters.map(([, value]) => value),
    SessionContext: ref,
  }
}
