import { hash, randomBytes } from 'node:crypto'
import { SECRET_PREFIX } from './credential-form.ts'

/**
 * Makes a device secret of 256 random bits, and the digest that is kept of it. So many bits can't be
 * guessed, so a fast hash without salt is enough to keep the secret out of the database.
 */
export function makeDeviceSecret(): { readonly secret: string; readonly digest: string } {
  const secret = SECRET_PREFIX + randomBytes(32).toString('base64url')
  return { secret, digest: hash('sha256', secret, 'base64url') }
}
