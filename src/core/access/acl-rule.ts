/** A topic right that an admin wrote. `id` is a decimal bigint. */
export interface AclRule {
  readonly id: string
  readonly effect: 'allow' | 'deny'
  readonly action: 'publish' | 'subscribe' | 'all'
  /** An MQTT topic filter; `${uid}` and `${clientid}` stand for those who ask. */
  readonly filter: string
  readonly scope: AclScope
}

export type AclScope =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'user'; readonly uid: string }
  | { readonly kind: 'group'; readonly gid: string }
