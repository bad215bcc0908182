import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import { cutText, utf8Size } from '../../core/delivery/cut-text.ts'
import type { AddressedNotification } from '../../core/delivery/notification.ts'
import type { RenderedText, RenderText } from '../../core/delivery/rendered-text.ts'
import { dkimSignature } from './dkim.ts'
import type { Letter } from './email-connection.ts'
import { type EmailSettings, idDomainOf } from './email-settings.ts'

/** All that mails of one provider have in common. */
export interface EmailDesk {
  readonly settings: EmailSettings
  readonly render: RenderText
  /** Where the owner of a mailbox says that it is enough; undefined: nowhere. */
  unsubscribeUrl(address: string): string | undefined
}

/** More than any client shows of it. */
const SUBJECT_BYTES_MAX = 400

/** The field that names the delivery, for whoever looks at a bounce. */
export const REF_FIELD = 'X-Herald-Ref'

/** Undefined where there is nothing to read: a mail can't be taken back. */
export function writeLetter(
  message: AddressedNotification,
  desk: EmailDesk,
  nowMs: number,
): Letter | undefined {
  const text = desk.render(message.notification, 'email')
  if (text === undefined) return undefined
  const { settings } = desk
  const [header, body] = composed(message, text, desk, nowMs)
  const signature = settings.dkim && `${dkimSignature(header, body, settings.dkim)}\r\n`
  return {
    from: settings.bounceAddress,
    to: message.address.token,
    envelopeId: message.ref,
    bytes: Buffer.from(`${signature ?? ''}${header}\r\n\r\n${body}`),
  }
}

/** Header without its empty line, and body. nodemailer writes the fields, which is the hard part. */
function composed(
  message: AddressedNotification,
  { title, body, html }: RenderedText,
  desk: EmailDesk,
  nowMs: number,
): readonly [header: string, body: string] {
  const { settings } = desk
  const { address, ref } = message
  const root = new MailComposer({
    from: settings.from,
    to: { name: '', address: address.token },
    replyTo: settings.replyTo,
    subject: cutText(oneLine(title), SUBJECT_BYTES_MAX, utf8Size),
    messageId: `<${idOf(message)}@${idDomainOf(settings)}>`,
    date: new Date(nowMs),
    text: body,
    html,
    encoding: 'base64',
    // The same at every attempt, as the mail is.
    baseBoundary: createHash('sha256').update(ref).digest('hex').slice(0, 24),
    disableFileAccess: true,
    disableUrlAccess: true,
    headers: {
      // RFC 3834 §5: so that nobody's out-of-office answers.
      'Auto-Submitted': 'auto-generated',
      [REF_FIELD]: ref,
      ...unsubscribeFields(desk.unsubscribeUrl(address.token)),
    },
  }).compile()
  // Before its boundary is asked for: that is chosen here.
  const header = root.buildHeaders()
  if (html === undefined) return [header, inBase64(body)]
  const [text, page] = root.childNodes
  if (text === undefined || page === undefined) throw new Error('a mail with HTML has two parts')
  const part = (fields: string, content: string) =>
    `--${root.boundary}\r\n${fields}\r\n\r\n${inBase64(content)}`
  const parts = [part(text.buildHeaders(), body), part(page.buildHeaders(), html)]
  return [header, `${parts.join('')}--${root.boundary}--\r\n`]
}

/** RFC 8058 §3.1: both, or neither. */
function unsubscribeFields(url: string | undefined): Record<string, string> {
  if (url === undefined) return {}
  return {
    'List-Unsubscribe': `<${url}>`,
    'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
  }
}

/**
 * A repeat bears the same id, so that whoever keeps mailboxes may drop it. What has more in it bears
 * another, or it might be dropped as well.
 */
function idOf({ ref, notification }: AddressedNotification): string {
  return notification.digest === undefined ? ref : `digest-${notification.digest.id}`
}

function oneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim()
}

/** Lines of 76 letters, the last with its break; text with the line breaks that mail has. */
function inBase64(text: string): string {
  const base64 = Buffer.from(text.replaceAll(/\r?\n/g, '\r\n')).toString('base64')
  return base64.replaceAll(/.{1,76}/g, '$&\r\n')
}
