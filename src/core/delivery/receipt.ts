/** What became of a notification after its provider had accepted it. */
export interface Receipt {
  readonly ref: string
  /** `delivered`: it is on the device; `opened`: a person did; `undelivered`: it never will be. */
  readonly kind: 'delivered' | 'opened' | 'undelivered'
  readonly reason: string | undefined
  /** Milliseconds since 1970. */
  readonly at: number
}
