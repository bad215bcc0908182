import type { KeyObject } from 'node:crypto'
import type { JwtAlgorithm } from './config.ts'
import { describeKey, fits, isShort, isSymmetric, secretBytesMin } from './jwt-keys.ts'
import type { SettingReader } from './setting-reader.ts'
import * as jwt from './settings/jwt-settings.ts'

interface Given {
  /** Undefined where it is not given, or not readable. */
  readonly algorithms: readonly JwtAlgorithm[] | undefined
  readonly secret: string | undefined
  readonly keys: readonly KeyObject[]
}

/** Algorithms and keys must fit each other, or tokens are refused, or taken, by mistake. */
export function checkJwtKeys(reader: SettingReader, given: Given): void {
  checkKeys(reader, given)
  if (!reader.isGiven(jwt.JWT_ALGORITHM_LIST)) {
    const remedy = 'say which signatures your tokens have, such as HS256, RS256 or ES256, or remove'
    const [first] = jwt.ALL_JWT_SETTINGS.filter(reader.isGiven)
    reader.fault(
      jwt.JWT_ALGORITHM_LIST,
      `is not set, though ${first?.name} is`,
      `${remedy} ${first?.name}`,
    )
  }
  if (given.algorithms === undefined) return
  checkSecret(reader, given.algorithms, given.secret)
  checkPublicKeys(reader, given.algorithms, given.keys)
}

function checkKeys(reader: SettingReader, { secret, keys }: Given): void {
  if (reader.isGiven(jwt.JWT_PUBLIC_KEY) && reader.isGiven(jwt.JWT_PUBLIC_KEY_FILE)) {
    const problem = `is set beside ${jwt.JWT_PUBLIC_KEY.name}`
    reader.fault(jwt.JWT_PUBLIC_KEY_FILE, problem, 'put all keys into one of them')
  }
  // Whoever knows a public key could sign with it if it were taken for a shared secret.
  if (secret?.includes('-----BEGIN ')) {
    const remedy = `put a public key into ${jwt.JWT_PUBLIC_KEY.name}`
    reader.fault(jwt.JWT_SECRET, 'holds PEM text', remedy)
  }
  for (const key of keys.filter(isShort)) {
    reader.fault(
      givenKeys(reader),
      `holds a weak key, ${describeKey(key)}`,
      'use 2048 bits or more',
    )
  }
}

function checkSecret(
  reader: SettingReader,
  algorithms: readonly JwtAlgorithm[],
  secret: string | undefined,
): void {
  const symmetric = algorithms.filter(isSymmetric)
  const [first] = symmetric
  if (first === undefined) {
    if (!reader.isGiven(jwt.JWT_SECRET)) return
    const remedy = `remove it, or add HS256 to ${jwt.JWT_ALGORITHM_LIST.name}`
    reader.fault(jwt.JWT_SECRET, 'is used by none of the algorithms', remedy)
    return
  }
  if (!reader.isGiven(jwt.JWT_SECRET)) {
    const remedy = 'set the key that the maker of the tokens signs with, or remove the algorithm'
    reader.fault(jwt.JWT_SECRET, `is not set, though ${first} needs it`, remedy)
  }
  const bytesMin = Math.max(...symmetric.map(secretBytesMin))
  if (secret !== undefined && Buffer.byteLength(secret) < bytesMin) {
    const problem = `is shorter than the hash it is for (${Buffer.byteLength(secret)} bytes)`
    reader.fault(jwt.JWT_SECRET, problem, `use at least ${bytesMin} bytes (RFC 7518 §3.2)`)
  }
  if (reader.isGiven(jwt.JWT_JWKS_URL)) {
    const remedy = `remove ${first} from ${jwt.JWT_ALGORITHM_LIST.name}, or this URL`
    reader.fault(jwt.JWT_JWKS_URL, `is set beside ${first}, whose key is never public`, remedy)
  }
}

function checkPublicKeys(
  reader: SettingReader,
  algorithms: readonly JwtAlgorithm[],
  keys: readonly KeyObject[],
): void {
  for (const key of keys) {
    if (algorithms.some((algorithm) => fits(key, algorithm))) continue
    const problem = `holds a key that none of the algorithms uses, ${describeKey(key)}`
    reader.fault(givenKeys(reader), problem, `remove it, or add to ${jwt.JWT_ALGORITHM_LIST.name}`)
  }
  // A key set is read later and may hold any key; an unreadable key is a fault already.
  if (reader.isGiven(jwt.JWT_JWKS_URL) || (isAnyKeyGiven(reader) && keys.length === 0)) return
  for (const algorithm of algorithms.filter((each) => !isSymmetric(each))) {
    if (keys.some((key) => fits(key, algorithm))) continue
    reader.fault(
      jwt.JWT_ALGORITHM_LIST,
      `names ${algorithm}, but there is no key for it`,
      `set ${jwt.JWT_PUBLIC_KEY.name}, ${jwt.JWT_PUBLIC_KEY_FILE.name} or ${jwt.JWT_JWKS_URL.name}`,
    )
  }
}

function isAnyKeyGiven(reader: SettingReader): boolean {
  return reader.isGiven(jwt.JWT_PUBLIC_KEY) || reader.isGiven(jwt.JWT_PUBLIC_KEY_FILE)
}

function givenKeys(reader: SettingReader): { readonly name: string } {
  return reader.isGiven(jwt.JWT_PUBLIC_KEY) ? jwt.JWT_PUBLIC_KEY : jwt.JWT_PUBLIC_KEY_FILE
}
