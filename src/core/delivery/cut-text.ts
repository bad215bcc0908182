const GRAPHEMES = new Intl.Segmenter('und', { granularity: 'grapheme' })
const ELLIPSIS = '…'

/**
 * The beginning of `text` that `size` counts as no more than `max`, cut between what people take for
 * letters, with an ellipsis where something is missing. Empty where not even that has room.
 */
export function cutText(text: string, max: number, size: (text: string) => number): string {
  if (size(text) <= max) return text
  let kept = ''
  let room = max - size(ELLIPSIS)
  if (room < 0) return ''
  for (const { segment } of GRAPHEMES.segment(text)) {
    room -= size(segment)
    if (room < 0) break
    kept += segment
  }
  return `${kept.trimEnd()}${ELLIPSIS}`
}

/** Bytes of UTF-8. */
export function utf8Size(text: string): number {
  return Buffer.byteLength(text)
}

/** Bytes inside a JSON string, as `JSON.stringify` writes it. */
export function jsonSize(text: string): number {
  return Buffer.byteLength(JSON.stringify(text)) - 2
}
