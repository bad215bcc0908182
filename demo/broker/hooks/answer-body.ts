/** The fields of an answer, or undefined where EMQX could not read it. */
export type AnswerBody = Readonly<Record<string, unknown>>

/** EMQX reads JSON objects and forms, by content type. */
export function readAnswerBody(contentType: string, body: string): AnswerBody | undefined {
  if (contentType.startsWith('application/json')) return readObject(body)
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    return Object.fromEntries(new URLSearchParams(body))
  }
  return undefined
}

function readObject(text: string): AnswerBody | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
