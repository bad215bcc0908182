/** What a provider's answer means to us. Exceptions are for breakage. */
export type SendOutcome =
  | { readonly kind: 'accepted'; readonly providerId: string }
  /** `goneSince` in milliseconds since 1970, where the provider says. */
  | { readonly kind: 'address-gone'; readonly reason: string; readonly goneSince?: number }
  | { readonly kind: 'rejected'; readonly reason: string }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly retryAfterMs?: number }
  | { readonly kind: 'misconfigured'; readonly reason: string }
