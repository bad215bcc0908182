import type { KeyObject } from 'node:crypto'
import type { JwtAlgorithm, JwtConfig } from './config.ts'
import { checkJwtKeys } from './jwt-checks.ts'
import { readPublicKeyFile, readPublicKeys } from './public-keys.ts'
import type { Setting } from './setting.ts'
import type { SettingReader } from './setting-reader.ts'
import * as jwt from './settings/jwt-settings.ts'

/** How tokens are checked; undefined where nothing is said about them. */
export function readJwt(reader: SettingReader): JwtConfig | undefined {
  const algorithms = reader.optional(jwt.JWT_ALGORITHM_LIST)
  const secret = reader.optional(jwt.JWT_SECRET)
  const keys = [
    ...readKeys(reader, jwt.JWT_PUBLIC_KEY, readPublicKeys),
    ...readKeys(reader, jwt.JWT_PUBLIC_KEY_FILE, readPublicKeyFile),
  ]
  const config = assemble(reader, { algorithms: algorithms ?? [], secret, keys })
  if (!jwt.ALL_JWT_SETTINGS.some(reader.isGiven)) return undefined
  checkJwtKeys(reader, { algorithms, secret, keys })
  return config
}

function readKeys(
  reader: SettingReader,
  setting: Setting<string>,
  read: typeof readPublicKeys,
): readonly KeyObject[] {
  const text = reader.optional(setting)
  if (text === undefined) return []
  const reading = read(text)
  if (reading.kind === 'value') return reading.value
  reader.fault(setting, reading.problem, reading.remedy)
  return []
}

function assemble(
  reader: SettingReader,
  given: {
    readonly algorithms: readonly JwtAlgorithm[]
    readonly secret: string | undefined
    readonly keys: readonly KeyObject[]
  },
): JwtConfig {
  const jwksUrl = reader.optional(jwt.JWT_JWKS_URL)
  const issuer = reader.optional(jwt.JWT_ISSUER)
  const audience = reader.optional(jwt.JWT_AUDIENCE)
  const clientIdClaim = reader.optional(jwt.JWT_CLIENT_ID_CLAIM)
  return {
    algorithms: given.algorithms,
    ...(given.secret !== undefined && { secret: given.secret }),
    publicKeys: given.keys.map((key) => key.export({ type: 'spki', format: 'pem' }).toString()),
    ...(jwksUrl !== undefined && { jwksUrl }),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    leewayMs: reader.value(jwt.JWT_LEEWAY),
    uidClaim: reader.value(jwt.JWT_UID_CLAIM),
    ...(clientIdClaim !== undefined && { clientIdClaim }),
    attrsClaim: reader.value(jwt.JWT_ATTRS_CLAIM),
    provision: reader.value(jwt.JWT_PROVISION),
  }
}
