/** What a topic question is about, as Postgres is asked for it. */
export type TopicSubject =
  | { readonly kind: 'nothing' }
  /** A direct message or friend request to `to`. */
  | { readonly kind: 'recipient'; readonly to: string }
  /** A group, and who asks within it. */
  | { readonly kind: 'group'; readonly gid: string }
  /** A group into which somebody is invited. */
  | { readonly kind: 'invitation'; readonly gid: string }

/** What has to be known to answer a topic question. Every name in it is an identifier. */
export interface TopicFactsQuestion {
  readonly uid: string
  readonly clientId: string
  readonly subject: TopicSubject
  /** Groups for whose members there are rules that could match. */
  readonly ruleGids: readonly string[]
}

/** What Postgres knows about a topic question, read at the moment it is asked. */
export interface TopicFacts {
  readonly user: 'active' | 'disabled' | 'deleted' | 'unknown'
  readonly device: 'own' | 'foreign' | 'revoked' | 'unknown'
  readonly recipient: RecipientFacts | undefined
  readonly group: GroupFacts | undefined
  /** Those of `ruleGids` that the user is a member of. */
  readonly ruleGids: readonly string[]
  /** The version of the ACL rules at that moment. */
  readonly rulesVersion: number
}

export interface RecipientFacts {
  /** How the recipient stands to who writes. Who blocks a contact is `blocking`. */
  readonly relation: 'absent' | 'blocking' | 'contact' | 'stranger'
  /** Who may write, read for strangers only; undefined leaves it to the installation's setting. */
  readonly contactPolicy: 'everyone' | 'contacts' | undefined
}

export interface GroupFacts {
  readonly exists: boolean
  readonly role: 'owner' | 'admin' | 'member' | undefined
  readonly isSilenced: boolean
  readonly isBanned: boolean
  /** Read for invitations only, otherwise `members`. */
  readonly invitePolicy: 'members' | 'admins'
}
