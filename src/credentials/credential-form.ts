/** Device secrets and tickets carry a prefix, so that no password is taken for one by chance. */
export const SECRET_PREFIX = 'hds_'
export const TICKET_PREFIX = 'hlt_'

/**
 * A JWS or JWE in compact form (RFC 7515 §7.1, RFC 7516 §7.1). The header is a JSON object, so it
 * begins with `{` and then a quote or white space: `ey` or `ew` in base64url. The shortest header
 * there is takes 18 characters, which keeps "eyes.wide.shut" a password.
 */
const JWT = /^e[wy][\w-]{16,}(?:\.[\w-]*){2,4}$/

export function isDeviceSecret(credential: string): boolean {
  return credential.startsWith(SECRET_PREFIX)
}

export function isTicket(credential: string): boolean {
  return credential.startsWith(TICKET_PREFIX)
}

export function isJwt(credential: string): boolean {
  return JWT.test(credential)
}

/**
 * Whether a login takes `text` for a secret, ticket or token, even where these are switched off. As a
 * password it would never be tried.
 */
export function looksLikeToken(text: string): boolean {
  return isDeviceSecret(text) || isTicket(text) || isJwt(text)
}
