import { cutText } from '../../core/delivery/cut-text.ts'

/**
 * 3GPP TS 23.038 §6.2.1, the default alphabet, and its extension table, each character of which takes
 * two septets: https://www.3gpp.org/dynareport/23038.htm
 */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
const EXTENDED = new Set('\f^{}\\[~]|€')

/** How much one message holds, and each of several that are joined: their header takes the rest. */
const GSM = { alone: 160, joined: 153 }
const UCS2 = { alone: 70, joined: 67 }

/** What is charged: messages, as the phone puts them together again. */
export function segmentsOf(text: string): number {
  const { sizes, room } = measure(text)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total <= room.alone) return 1
  let segments = 1
  let used = 0
  for (const size of sizes) {
    // Neither an escape and its character nor a surrogate pair is torn apart.
    if (used + size > room.joined) {
      segments++
      used = 0
    }
    used += size
  }
  return segments
}

/** The beginning of `text` that `segmentsMax` messages hold. */
export function cutSms(text: string, segmentsMax: number): string {
  const clean = tidy(text)
  if (segmentsOf(clean) <= segmentsMax) return clean
  const isGsm = isGsmText(clean)
  const { alone, joined } = isGsm ? GSM : UCS2
  // What joining leaves unused at the end of a segment is at most one unit of each.
  for (let room = segmentsMax === 1 ? alone : joined * segmentsMax; room > 0; room--) {
    const cut = isGsm ? cutGsm(clean, room) : cutText(clean, room, ({ length }) => length)
    if (segmentsOf(cut) <= segmentsMax) return cut
  }
  return ''
}

/** What typographers write and GSM has not: one of them would halve the room for all the others. */
const PLAIN: Readonly<Record<string, string>> = {
  '‘': "'",
  '’': "'",
  '“': '"',
  '”': '"',
  '–': '-',
  '—': '-',
  '…': '...',
  '\u00a0': ' ',
  '\u202f': ' ',
}

/** In plain characters where these make it a text of GSM, else as it was written. */
function tidy(text: string): string {
  const line = text
    .normalize('NFC')
    .replaceAll(/[^\P{Cc}\n]+/gu, ' ')
    .trim()
  const plain = [...line].map((one) => PLAIN[one] ?? one).join('')
  return isGsmText(plain) ? plain : line
}

const ELLIPSIS = '…'

/** Its ellipsis is three dots, which GSM has. */
function cutGsm(text: string, room: number): string {
  const size = (part: string) => (part === ELLIPSIS ? 3 : septetsOf(part))
  return cutText(text, room, size).replace(ELLIPSIS, '...')
}

function septetsOf(text: string): number {
  return [...text].reduce((sum, one) => sum + (EXTENDED.has(one) ? 2 : 1), 0)
}

function isGsmText(text: string): boolean {
  return [...text].every((one) => BASIC.has(one) || EXTENDED.has(one))
}

function measure(text: string): { sizes: readonly number[]; room: typeof GSM } {
  return isGsmText(text)
    ? { sizes: [...text].map(septetsOf), room: GSM }
    : { sizes: [...text].map(({ length }) => length), room: UCS2 }
}
