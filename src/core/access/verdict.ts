/**
 * The answer to a login or topic question, before a dialect spells it.
 *
 * `deny` is a decision; `unavailable` is the lack of one (a fault, a full queue, a deadline), which
 * must still reach the broker as a refusal; `ignore` leaves the question to the broker's next source.
 */
export type Verdict<Reason extends string = string> =
  | Allow
  | { readonly kind: 'deny'; readonly reason: Reason }
  | { readonly kind: 'ignore'; readonly reason: Reason }
  | { readonly kind: 'unavailable'; readonly reason: string }

/** A yes, with what only a login can carry. */
export interface Allow {
  readonly kind: 'allow'
  /** When the broker must close the connection, in Unix seconds. */
  readonly expireAt?: number
  /** What the broker attaches to the client: strings only, or EMQX refuses the login. */
  readonly clientAttrs?: Readonly<Record<string, string>>
}

export type VerdictKind = Verdict['kind']
