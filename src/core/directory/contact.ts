/** `contactUid` may write to `uid` where only contacts may. */
export interface Contact {
  readonly uid: string
  readonly contactUid: string
  readonly createdAt: Date
}

/** Nothing that `blockedUid` writes reaches `uid`. */
export interface Block {
  readonly uid: string
  readonly blockedUid: string
  readonly createdAt: Date
}
