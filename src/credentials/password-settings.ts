export interface PasswordSettings {
  /** Verified passwords that are remembered, at most; 0 for none. */
  readonly memoryMax: number
  /** How long a password is remembered that nobody logs in with. */
  readonly memoryTtlMs: number
  /** Logins that wait for argon2, at most. */
  readonly queueMax: number
}
