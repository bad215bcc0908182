import type { FieldReader } from '../../field-reader.ts'
import type { PostEndpoint } from '../../post-session.ts'
import { readReportSecret } from '../sms-reports.ts'
import { readEndpoint } from '../sms-settings.ts'
import { readTemplates, type SmsTemplates } from '../sms-templates.ts'

export interface AlibabaSettings {
  readonly endpoint: PostEndpoint
  readonly accessKeyId: string
  readonly accessKeySecret: string
  readonly signName: string
  readonly templates: SmsTemplates
  /** What only Alibaba's reports have in their path; undefined: none are believed. */
  readonly reportSecret: string | undefined
}

export function readAlibabaSettings(fields: FieldReader): AlibabaSettings | undefined {
  const endpoint = readEndpoint(fields, 'https://dysmsapi.aliyuncs.com')
  const accessKeyId = fields.text('accessKeyId')
  const accessKeySecret = fields.secret('accessKeySecret')
  const signName = fields.text('signName')
  const templates = readTemplates(fields)
  const reportSecret = readReportSecret(fields)
  if (fields.faults.length > 0 || endpoint === undefined || signName === undefined) return undefined
  if (accessKeyId === undefined || accessKeySecret === undefined) return undefined
  return { endpoint, accessKeyId, accessKeySecret, signName, templates, reportSecret }
}
