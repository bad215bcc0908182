/** Text for people, without what no text column takes, cut to `bytesMax` bytes where a reader would cut. */
export function previewOf(text: string, bytesMax: number): string {
  const clean = storable(text)
  // A UTF-16 unit is at most three bytes of UTF-8, so short texts need no counting.
  if (clean.length * 3 <= bytesMax) return clean
  const { read, written } = new TextEncoder().encodeInto(clean, new Uint8Array(bytesMax))
  if (read === clean.length && written <= bytesMax) return clean
  return clean.slice(0, graphemeStart(clean, read))
}

/** Without U+0000, which Postgres refuses, and lone surrogates, which have no UTF-8. */
export function storable(text: string): string {
  const whole = text.isWellFormed() ? text : text.toWellFormed()
  return whole.includes('\0') ? whole.replaceAll('\0', '') : whole
}

const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Longer graphemes are no people's text: they are cut in the middle. */
const GRAPHEME_UNITS_MAX = 256

/** The last place at or before `index` between two graphemes, found without looking at all of the text. */
function graphemeStart(text: string, index: number): number {
  const from = safeStart(text, index)
  const window = text.slice(from, index + 2)
  const found = GRAPHEMES.segment(window).containing(index - from)
  const start = from + (found?.index ?? 0)
  return start === from && from > 0 && index - from >= GRAPHEME_UNITS_MAX ? index : start
}

/** A place before `index` that is certainly between two graphemes: after a plain character. */
function safeStart(text: string, index: number): number {
  const earliest = Math.max(0, index - GRAPHEME_UNITS_MAX)
  for (let at = index - 1; at > earliest; at--) {
    if (isPlain(text.charCodeAt(at)) && isPlain(text.charCodeAt(at - 1))) return at
  }
  return earliest
}

/** Printable ASCII: nothing joins two of them. */
function isPlain(unit: number): boolean {
  return unit >= 0x20 && unit < 0x7f
}
