export type Fields = Readonly<Record<string, unknown>>

/** What an answer or a report says; empty where it is no JSON object. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

/** Undefined where it is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Of what comes from outside, so much is kept. */
const WORDS_MAX = 300

/** A text or a number, in few words on one line. */
export function wordsOf(value: unknown): string | undefined {
  if (typeof value !== 'string' && !Number.isSafeInteger(value)) return undefined
  return inFewWords(String(value)) || undefined
}

export function inFewWords(text: string): string {
  return text
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, WORDS_MAX)
}
