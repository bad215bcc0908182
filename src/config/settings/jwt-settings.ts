import { JWT_ALGORITHMS, type JwtAlgorithm } from '../config.ts'
import { choice, list, onOff } from '../kinds/choice-kinds.ts'
import { duration } from '../kinds/number-kinds.ts'
import { path, pem, secret, text } from '../kinds/text-kinds.ts'
import { keysUrl } from '../kinds/url-kinds.ts'
import { type DefaultedSetting, fault, type Kind, type Setting } from '../setting.ts'

const NAME_OF_CLAIM = 'the name of a claim'

const known = choice(JWT_ALGORITHMS)

const algorithm: Kind<JwtAlgorithm> = {
  ...known,
  read: (text) =>
    text.toLowerCase() === 'none'
      ? fault('"none" is no signature: anybody could log in as anybody', 'remove it')
      : known.read(text),
}

export const JWT_ALGORITHM_LIST: Setting<readonly JwtAlgorithm[]> = {
  name: 'HERALD_JWT_ALGORITHMS',
  kind: list(algorithm, 'algorithm'),
  help: 'The signatures that a token may have; needed as soon as a key is given',
  unset: 'no token is accepted',
}

export const JWT_SECRET: Setting<string> = {
  name: 'HERALD_JWT_SECRET',
  // RFC 7518 §3.2: the key is at least as long as the hash; HS384 and HS512 take more.
  kind: secret({ bytesMin: 32 }),
  help: 'The key of HS256, HS384 and HS512 (32, 48, 64 bytes)',
  unset: 'these are not accepted',
}

export const JWT_PUBLIC_KEY: Setting<string> = {
  name: 'HERALD_JWT_PUBLIC_KEY',
  kind: pem,
  help: 'Public keys or certificates of those who sign tokens',
  unset: 'there are none',
}

export const JWT_PUBLIC_KEY_FILE: Setting<string> = {
  name: 'HERALD_JWT_PUBLIC_KEY_FILE',
  kind: path,
  help: 'A file with what HERALD_JWT_PUBLIC_KEY would hold',
  unset: 'there are none',
}

export const JWT_JWKS_URL: Setting<string> = {
  name: 'HERALD_JWT_JWKS_URL',
  kind: keysUrl,
  help: 'Where the public keys of those who sign tokens are published as a JWK set',
  unset: 'there are none',
}

export const JWT_ISSUER: Setting<string> = {
  name: 'HERALD_JWT_ISSUER',
  kind: text('<text>', 'the text of the claim `iss`'),
  help: 'Who a token must be from',
  unset: 'this is not checked',
}

export const JWT_AUDIENCE: Setting<string> = {
  name: 'HERALD_JWT_AUDIENCE',
  kind: text('<text>', 'a text that the claim `aud` holds'),
  help: 'Whom a token must be for',
  unset: 'this is not checked',
}

export const JWT_LEEWAY: DefaultedSetting<number> = {
  name: 'HERALD_JWT_LEEWAY',
  kind: duration({ min: 0, max: 300_000 }),
  fallback: 5000,
  help: "How far the clocks of a token's maker and of Herald may be apart",
}

export const JWT_UID_CLAIM: DefaultedSetting<string> = {
  name: 'HERALD_JWT_UID_CLAIM',
  kind: text('<claim>', NAME_OF_CLAIM),
  fallback: 'sub',
  help: 'The claim that holds the uid',
}

export const JWT_CLIENT_ID_CLAIM: Setting<string> = {
  name: 'HERALD_JWT_CLIENT_ID_CLAIM',
  kind: text('<claim>', NAME_OF_CLAIM),
  help: 'The claim that holds the client id which alone may use the token',
  unset: 'all devices of the user may',
}

export const JWT_ATTRS_CLAIM: DefaultedSetting<string> = {
  name: 'HERALD_JWT_ATTRS_CLAIM',
  kind: text('<claim>', NAME_OF_CLAIM),
  fallback: 'client_attrs',
  help: 'The claim whose texts the broker attaches to the client',
}

export const JWT_PROVISION: DefaultedSetting<boolean> = {
  name: 'HERALD_JWT_PROVISION',
  kind: onOff,
  fallback: false,
  help: "Whether a token makes the user whom it names, if Herald doesn't know them",
}

export const ALL_JWT_SETTINGS: readonly Setting<unknown>[] = [
  JWT_ALGORITHM_LIST,
  JWT_SECRET,
  JWT_PUBLIC_KEY,
  JWT_PUBLIC_KEY_FILE,
  JWT_JWKS_URL,
  JWT_ISSUER,
  JWT_AUDIENCE,
  JWT_LEEWAY,
  JWT_UID_CLAIM,
  JWT_CLIENT_ID_CLAIM,
  JWT_ATTRS_CLAIM,
  JWT_PROVISION,
]
