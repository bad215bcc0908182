export interface HttpSms {
  /** In E.164. */
  readonly to: string
  readonly text: string
  readonly ref: string
}

/** What a sender gets, as `docs/providers/sms.md` promises it. */
export function writeHttpSms({ to, text, ref }: HttpSms): Buffer {
  return Buffer.from(JSON.stringify({ to, text, ref }))
}

export const CHECK_BODY = Buffer.from('{"type":"check"}')
