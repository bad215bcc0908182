import { DomainError } from '../domain-error.ts'

// NIST SP 800-63B-4 §3.1.1.2 asks for no fewer than 8 characters and room for at least 64.
const CHARACTERS_MIN = 8
const BYTES_MAX = 1024

/**
 * Refuses a password that is too weak to keep or that could never log in: EMQX refuses what is not
 * UTF-8 before it asks, and the login chain takes a token's form for a token.
 */
export function checkPassword(password: string, looksLikeToken: (text: string) => boolean): void {
  const fault = passwordFault(password, looksLikeToken)
  if (fault !== undefined)
    throw new DomainError('INVALID_PASSWORD', `password ${fault}`, 'password')
}

function passwordFault(
  password: string,
  looksLikeToken: (text: string) => boolean,
): string | undefined {
  if (!password.isWellFormed()) return 'must be well-formed Unicode'
  if (password.includes('\u0000')) return 'must not contain U+0000'
  if ([...password].length < CHARACTERS_MIN)
    return `must have at least ${CHARACTERS_MIN} characters`
  if (Buffer.byteLength(password) > BYTES_MAX) return `must be at most ${BYTES_MAX} bytes of UTF-8`
  if (looksLikeToken(password)) return 'must not have the form of a secret, token or ticket'
  return undefined
}
