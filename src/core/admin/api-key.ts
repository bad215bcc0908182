import type { KeyRole, Scope } from './scopes.ts'

/** A key to the REST API, without its secret, which nobody has but its owner. */
export interface ApiKey {
  /** The part of the key that may be shown: `hk_` and the id are its beginning. */
  readonly id: string
  readonly name: string
  readonly role: KeyRole
  /** Undefined: all that the role may. */
  readonly scopes: readonly Scope[] | undefined
  readonly createdAt: Date
  readonly expiresAt: Date | undefined
  /** To the minute. */
  readonly lastUsedAt: Date | undefined
  readonly replacedBy: string | undefined
}

export interface NewApiKey {
  readonly name: string
  readonly role: KeyRole
  readonly scopes?: readonly Scope[] | undefined
  readonly expiresAt?: Date | undefined
}

export interface ApiKeyWithSecret {
  readonly key: ApiKey
  /** The whole key. It is not kept, so it can't be shown again. */
  readonly secret: string
}
