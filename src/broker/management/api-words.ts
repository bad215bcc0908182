/** Of what comes from outside, so much is kept. */
const WORDS_MAX = 300

/** An error, or what a broker says of one, in few words on one line. */
export function wordsOf(value: unknown): string {
  return textOf(value)
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .trim()
    .slice(0, WORDS_MAX)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (!(value instanceof Error)) return JSON.stringify(value) ?? ''
  // Where several addresses of a host were tried, the message is empty.
  return value.message || ('code' in value ? String(value.code) : value.name)
}

/** Whether a connection failed because of the certificate that was shown (Node's `tls` error codes). */
export function isUntrusted(error: unknown): boolean {
  if (!(error instanceof Error) || !('code' in error)) return false
  return /^(ERR_TLS_CERT|CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH|INVALID_CA)/.test(
    String(error.code),
  )
}
