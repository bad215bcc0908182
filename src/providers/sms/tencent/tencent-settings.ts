import type { FieldReader } from '../../field-reader.ts'
import type { PostEndpoint } from '../../post-session.ts'
import { readReportSecret } from '../sms-reports.ts'
import { readEndpoint } from '../sms-settings.ts'
import { readTemplates, type SmsTemplates } from '../sms-templates.ts'

export interface TencentSettings {
  readonly endpoint: PostEndpoint
  readonly secretId: string
  readonly secretKey: string
  readonly region: string
  readonly sdkAppId: string
  /** Messages to mainland China must have one. */
  readonly signName: string | undefined
  readonly templates: SmsTemplates
  /** What only Tencent's reports have in their path; undefined: none are believed. */
  readonly reportSecret: string | undefined
}

export function readTencentSettings(fields: FieldReader): TencentSettings | undefined {
  const endpoint = readEndpoint(fields, 'https://sms.tencentcloudapi.com')
  const secretId = fields.text('secretId')
  const secretKey = fields.secret('secretKey')
  const sdkAppId = fields.text('sdkAppId', (id) =>
    /^\d{1,20}$/.test(id) ? undefined : 'is no number, such as 1400006666',
  )
  const rest = {
    region: fields.optionalText('region') ?? 'ap-guangzhou',
    signName: fields.optionalText('signName'),
    templates: readTemplates(fields),
    reportSecret: readReportSecret(fields),
  }
  if (fields.faults.length > 0 || endpoint === undefined || sdkAppId === undefined) return undefined
  if (secretId === undefined || secretKey === undefined) return undefined
  return { endpoint, secretId, secretKey, sdkAppId, ...rest }
}
