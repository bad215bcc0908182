/** What a mail server says has become of a mail (RFC 3464). */
export interface DeliveryStatus {
  /** ENVID as it was given, or the field of ours in what is returned of the mail. */
  readonly ref: string | undefined
  readonly recipients: readonly RecipientStatus[]
}

export interface RecipientStatus {
  /** Whom the mail was for: the one we sent it to, where the server says. */
  readonly address: string
  readonly action: string
  /** `5.1.1`. */
  readonly status: string
  readonly diagnostic: string | undefined
}

type Fields = ReadonlyMap<string, string>

/**
 * Reads a message/delivery-status, or a whole bounce that holds one (multipart/report), as a mail
 * server hands it to a pipe. Undefined where there is none in it.
 */
export function readDeliveryStatus(text: string, refField: string): DeliveryStatus | undefined {
  const lines = text.split(/\r?\n/)
  const [message, ...recipients] = groupsOf(statusLines(lines))
  const read = recipients.flatMap(recipientOf)
  if (message === undefined || read.length === 0) return undefined
  const envelopeId = message.get('original-envelope-id')
  return { ref: envelopeId ?? fieldIn(lines, refField), recipients: read }
}

/** The lines of the part; of a text that is no multipart all of them. */
function statusLines(lines: readonly string[]): readonly string[] {
  const at = lines.findIndex((line) =>
    /^content-type:\s*message\/(global-)?delivery-status\b/i.test(line),
  )
  if (at === -1) return lines
  const begins = lines.indexOf('', at) + 1
  if (begins === 0) return []
  const end = lines.findIndex((line, nth) => nth >= begins && line.startsWith('--'))
  return lines.slice(begins, end === -1 ? undefined : end)
}

/** Groups of fields, each ended by an empty line; the first is about the message. */
function groupsOf(lines: readonly string[]): readonly Fields[] {
  const groups: Map<string, string>[] = []
  let group: Map<string, string> | undefined
  let name = ''
  for (const line of lines) {
    const [, field, value = ''] = /^([!-9;-~]+):\s*(.*)$/.exec(line) ?? []
    if (line.trim() === '') {
      group = undefined
    } else if (/^[ \t]/.test(line) && group !== undefined) {
      group.set(name, `${group.get(name) ?? ''} ${line.trim()}`)
    } else if (field !== undefined) {
      if (group === undefined) {
        group = new Map()
        groups.push(group)
      }
      name = field.toLowerCase()
      group.set(name, value.trim())
    }
  }
  return groups
}

function recipientOf(fields: Fields): readonly RecipientStatus[] {
  const address = addressOf(fields.get('original-recipient') ?? fields.get('final-recipient'))
  const action = fields.get('action')?.toLowerCase()
  const [status] = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(fields.get('status') ?? '') ?? []
  if (address === undefined || action === undefined || status === undefined) return []
  return [{ address, action, status, diagnostic: fields.get('diagnostic-code') }]
}

/**
 * `rfc822; ann@example.com`. Some leave the original one in xtext (RFC 3461 §4), which of an address
 * changes "+" and "=" only.
 */
function addressOf(field: string | undefined): string | undefined {
  const [, address] =
    /^\s*(?:rfc822|utf-8)\s*;\s*<?([^<>\s]+@[^<>\s]+?)>?\s*$/i.exec(field ?? '') ?? []
  return address?.replaceAll('+2B', '+').replaceAll('+3D', '=')
}

function fieldIn(lines: readonly string[], name: string): string | undefined {
  const start = `${name.toLowerCase()}:`
  const line = lines.find((one) => one.toLowerCase().startsWith(start))
  return line?.slice(start.length).trim()
}
