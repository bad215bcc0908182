import type { LoginLink } from '../core/access/login.ts'
import { StartFault } from '../core/start-fault.ts'
import { isJwt } from './credential-form.ts'
import { createJwks } from './jwks.ts'
import type { ClaimRules } from './jwt-claims.ts'
import { type JwtAlgorithm, type JwtKey, pemKey, secretKey } from './jwt-key.ts'
import { createTokenProver, type JwtKeys } from './token-prover.ts'

export interface JwtSettings extends ClaimRules {
  /** What tokens may be signed with; anything else is refused. */
  readonly algorithms: readonly JwtAlgorithm[]
  readonly secret?: string
  /** PEM texts, one key or certificate each. */
  readonly publicKeys: readonly string[]
  readonly jwksUrl?: string
  readonly attrsClaim: string
  /** Whether a token makes the user whom it names, if Herald doesn't know them. */
  readonly provision: boolean
}

export interface JwtLinkParts {
  readonly settings: JwtSettings
  /** In milliseconds. */
  readonly now: () => number
  /** Hears that the key set could not be fetched. */
  readonly onFault: (fault: Error) => void
}

/** Logins by JSON Web Token (RFC 7519). Throws a sentence to print where a key can't be used. */
export function createJwtLink(parts: JwtLinkParts): LoginLink {
  const { settings, now } = parts
  const prove = createTokenProver({ keys: createKeys(parts), rules: settings, now })
  return {
    name: 'jwt',
    mayProvision: settings.provision,
    storedProof: 'nothing',
    recognises: isJwt,
    prove: (question) => prove(question.credential, question),
  }
}

function createKeys({ settings, now, onFault }: JwtLinkParts): JwtKeys {
  const { jwksUrl, algorithms } = settings
  const fixed = fixedKeys(settings)
  const published =
    jwksUrl === undefined ? undefined : createJwks({ url: jwksUrl, algorithms, now, onFault })
  if (fixed.length === 0 && published === undefined) {
    throw new StartFault('there is no key for any of the JWT algorithms that are allowed')
  }
  const isPublished = (alg: string) =>
    algorithms.some((one) => one === alg) && !alg.startsWith('HS')
  return {
    find({ alg, kid }) {
      const own = fitting(fixed, alg)
      if (published === undefined || !isPublished(alg)) return own
      return [...own, ...fitting(published.find(kid), alg)]
    },
    async fetch({ alg, kid }) {
      if (published === undefined || !isPublished(alg)) return []
      const fetched = await published.fetch(kid)
      return fetched === undefined ? undefined : fitting(fetched, alg)
    },
    has: (key) => fixed.includes(key) || published?.has(key) === true,
  }
}

function fixedKeys({ algorithms, secret, publicKeys }: JwtSettings): readonly JwtKey[] {
  const shared = secret === undefined ? undefined : secretKey(secret, algorithms)
  const keys = publicKeys.map((pem) => pemKey(pem, algorithms))
  return shared === undefined ? keys : [shared, ...keys]
}

/** Those that would not refuse the algorithm anyway; a public key never passes for a secret. */
function fitting(keys: readonly JwtKey[], alg: string): readonly JwtKey[] {
  return keys.filter(({ algorithms }) => algorithms.some((one) => one === alg))
}
