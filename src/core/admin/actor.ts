import type { Scope } from './scopes.ts'

/** Who makes a request. */
export interface Actor {
  /** As the audit log names it: `key/{id}` or `device/{clientId}`. */
  readonly name: string
  readonly scopes: ReadonlySet<Scope>
  /** Proves who it is, so it can keep things from everybody else. */
  readonly secret: string
}
