/** What a provider's answer means to us. Exceptions are for breakage. */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly providerId: string }
  /**
   * `goneSince` in milliseconds since 1970, where the provider says. `mayBeOurs`: it says the same where
   * our settings don't fit the address (another app's key, a sandbox token), so it is believed only of a
   * provider that accepts others.
   */
  | {
      readonly kind: 'address-gone'
      readonly reason: string
      readonly goneSince?: number
      readonly mayBeOurs?: boolean
    }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly kind: 'misconfigured'; readonly reason: string }
