import type { KeyObject } from 'node:crypto'
import { createVerifier } from 'fast-jwt'

export interface GoogleTokensOptions {
  readonly email: string
  readonly publicKey: KeyObject
  readonly audience: () => string
  readonly now: () => number
  readonly lifeSeconds: number
}

/** Google's token endpoint, as far as service accounts see it. */
export function createGoogleTokens(options: GoogleTokensOptions) {
  const { email, now, lifeSeconds } = options
  const ends = new Map<string, number>()
  function issue(): string {
    const token = `ya29.${email}.${ends.size + 1}`
    ends.set(token, now() + lifeSeconds * 1_000)
    return token
  }

  return {
    /** What it answers to the form that was posted. */
    exchange(form: URLSearchParams): { readonly status: number; readonly body: object } {
      if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') {
        return { status: 400, body: { error: 'unsupported_grant_type' } }
      }
      const problem = problemOf(form.get('assertion') ?? '', options)
      if (problem !== undefined) {
        return { status: 400, body: { error: 'invalid_grant', error_description: problem } }
      }
      return {
        status: 200,
        body: { access_token: issue(), expires_in: lifeSeconds, token_type: 'Bearer' },
      }
    },
    issue,
    accepts(authorization: string): boolean {
      return (ends.get(authorization.replace(/^Bearer /, '')) ?? 0) > now()
    },
    issued: () => [...ends.keys()],
    /** As when a key is deleted: no token is good any more, new ones are. */
    revoke() {
      for (const token of ends.keys()) ends.set(token, 0)
    },
  }
}

/** fast-jwt looks at the signature: our code signs with node:crypto. */
function problemOf(
  assertion: string,
  { email, publicKey, audience, now }: GoogleTokensOptions,
): string | undefined {
  const verify = createVerifier({
    key: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    algorithms: ['RS256'],
    allowedAud: audience(),
    allowedIss: email,
    requiredClaims: ['iat', 'exp', 'scope'],
    clockTimestamp: now(),
  })
  try {
    const claims: { iat: number; exp: number; scope: string } = verify(assertion)
    if (claims.exp - claims.iat > 3_600) return 'Token must be a short-lived token'
    const isScoped = claims.scope === 'https://www.googleapis.com/auth/firebase.messaging'
    return isScoped ? undefined : 'Invalid OAuth scope'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
