import { createPrivateKey, type KeyObject } from 'node:crypto'

/** Who we are to Google: the file that the Firebase console gives under Service accounts. */
export interface ServiceAccount {
  readonly email: string
  readonly key: KeyObject
  readonly keyId: string | undefined
  readonly projectId: string | undefined
  readonly tokenUri: string | undefined
}

/** What is wrong is said without a word of the secret. */
export type ServiceAccountReading =
  | { readonly account: ServiceAccount }
  | { readonly problem: string }

export function readServiceAccount(secret: string): ServiceAccountReading {
  const fields = fieldsOf(secret)
  if (fields === undefined) return { problem: 'is not the JSON of a service account' }
  const text = (name: string) => {
    const value = fields.get(name)
    return typeof value === 'string' && value !== '' ? value : undefined
  }
  const email = text('client_email')
  const pem = text('private_key')
  if (email === undefined || pem === undefined) {
    return { problem: 'is no service account: it has no client_email or no private_key' }
  }
  const key = keyOf(pem)
  if (key === undefined) return { problem: 'has a private_key that is no RSA key' }
  return {
    account: {
      email,
      key,
      keyId: text('private_key_id'),
      projectId: text('project_id'),
      tokenUri: text('token_uri'),
    },
  }
}

function fieldsOf(secret: string): ReadonlyMap<string, unknown> | undefined {
  try {
    return new Map(Object.entries({ ...JSON.parse(secret) }))
  } catch {
    return undefined
  }
}

function keyOf(pem: string): KeyObject | undefined {
  try {
    const key = createPrivateKey(pem)
    return key.asymmetricKeyType === 'rsa' ? key : undefined
  } catch {
    return undefined
  }
}
