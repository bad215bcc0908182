import type { Verdict } from './verdict.ts'

/** What a broker asks when a client connects. */
export interface LoginQuestion {
  readonly clientId: string
  /** The MQTT username: it must be the uid, byte for byte. */
  readonly username: string
  /** The MQTT password: a device secret, a token, a ticket or a user's password. */
  readonly credential: string
  /** The client's IP address without port; empty where the broker does not say. */
  readonly address: string
}

/** Why a login was refused. For logs and counters; never in the answer. */
export const LOGIN_REFUSALS = [
  'bad-client-id',
  'bad-username',
  'no-credential',
  'unknown-kind',
  'unknown-user',
  'deleted-user',
  'disabled-user',
  'foreign-device',
  'revoked-device',
  'unknown-device',
  'too-many-devices',
  'wrong-secret',
  'expired-secret',
  'wrong-token',
  'expired-token',
  'early-token',
  'endless-token',
  'token-of-another-user',
  'token-of-another-device',
  'wrong-password',
] as const

export type LoginRefusal = (typeof LOGIN_REFUSALS)[number]

/**
 * Why a login could not be decided now. These become `unavailable`, not `deny`: an app that hears
 * "wrong password" logs its user out, and the credential may well be right.
 */
export const LOGIN_HINDRANCES = ['slowed-down', 'password-queue-full', 'keys-unavailable'] as const

export type LoginHindrance = (typeof LOGIN_HINDRANCES)[number]
export type LoginVerdict = Verdict<LoginRefusal>

/** What Postgres knows about a login, read at the moment of the question. */
export interface LoginFacts {
  readonly user: 'active' | 'disabled' | 'deleted' | 'unknown'
  readonly device: 'own' | 'foreign' | 'revoked' | 'unknown'
  /** Of the device, and only where it is the user's own. Read where the proof is `secrets`. */
  readonly secrets: readonly StoredSecret[]
  /**
   * Changes whenever the user's password does; undefined where there is none. Read where the proof
   * is `password-version`.
   */
  readonly passwordVersion: string | undefined
}

/** What a link compares a credential with, and has read beside user and device. */
export type StoredProof = 'secrets' | 'password-version' | 'nothing'

export interface StoredSecret {
  /** SHA-256 of the whole secret, prefix included, in base64url without padding. */
  readonly digest: string
  /** Unix seconds. */
  readonly expiresAt: number | undefined
}

/** The names of the chain's links, in the order in which they are tried. */
export const LOGIN_LINKS = ['secret', 'jwt', 'ticket', 'password'] as const
export type LoginLinkName = (typeof LOGIN_LINKS)[number]

/** What a link found out about a credential. */
export type Proof =
  | {
      readonly kind: 'proved'
      readonly expireAt?: number
      readonly clientAttrs?: Readonly<Record<string, string>>
    }
  | { readonly kind: 'refused'; readonly reason: LoginRefusal }
  | { readonly kind: 'unavailable'; readonly reason: LoginHindrance }

/**
 * One link of the login chain. The first link that recognises a credential's form decides alone.
 *
 * A link proves that the credential belongs to `question.username`, and to `question.clientId` where
 * it names a device; the chain checks user and device themselves.
 */
export interface LoginLink {
  readonly name: LoginLinkName
  /** Whether a user whom Herald doesn't know may be made from this link's proof. */
  readonly mayProvision: boolean
  readonly storedProof: StoredProof
  recognises(credential: string): boolean
  /** `facts` asks Postgres, at most once a login; links that need no facts to refuse don't call it. */
  prove(question: LoginQuestion, facts: () => Promise<LoginFacts>): Proof | Promise<Proof>
}
