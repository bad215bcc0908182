/** Who may write to a user's inbox. */
export type ContactPolicy = 'everyone' | 'contacts'

export interface User {
  readonly uid: string
  readonly displayName: string | undefined
  /** Undefined leaves it to the installation's setting. */
  readonly contactPolicy: ContactPolicy | undefined
  readonly hasPassword: boolean
  /** Undefined while the user may log in. */
  readonly disabledAt: Date | undefined
  readonly createdAt: Date
}

/** The uid of somebody who was removed: nobody else gets it until it is released. */
export interface DeletedUser {
  readonly uid: string
  readonly deletedAt: Date
}

export interface NewUser {
  readonly uid: string
  readonly displayName?: string | undefined
  readonly contactPolicy?: ContactPolicy | undefined
  readonly password?: string | undefined
}

/** What is left out stays as it is; null takes it away. */
export interface UserChange {
  readonly displayName?: string | null | undefined
  readonly contactPolicy?: ContactPolicy | null | undefined
  readonly disabled?: boolean | undefined
}
