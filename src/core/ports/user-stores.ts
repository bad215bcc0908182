import type { Slice } from '../directory/page.ts'
import type { ContactPolicy, DeletedUser, User, UserChange } from '../directory/user.ts'

export interface UserStore {
  /** False where the uid is taken. */
  insert(user: {
    readonly uid: string
    readonly displayName: string | undefined
    readonly contactPolicy: ContactPolicy | undefined
  }): Promise<boolean>
  find(uid: string): Promise<User | undefined>
  /** Ordered by uid. */
  list(slice: Slice): Promise<readonly User[]>
  /** Those who are disabled, ordered by uid. */
  listDisabled(slice: Slice): Promise<readonly User[]>
  /** Ordered by part and term; `after` is left out for the first. */
  search(search: UserSearch): Promise<readonly FoundUser[]>
  /** Keeps users from being removed while the transaction runs; returns those of `uids` that exist. */
  hold(uids: readonly string[]): Promise<ReadonlySet<string>>
  /** Keeps everyone else from referring to the user anew while the transaction runs. */
  lock(uid: string): Promise<boolean>
  /** Keeps the time of a user who is disabled already. */
  disable(uid: string, at: Date): Promise<boolean>
  enable(uid: string): Promise<boolean>
  setContactPolicy(uid: string, policy: ContactPolicy | undefined): Promise<boolean>
  /** What is left out stays as it is. */
  update(uid: string, change: Omit<UserChange, 'disabled'>): Promise<boolean>
  /** Removes everything that belongs to the user as well. */
  remove(uid: string): Promise<boolean>
}

export interface UserSearch {
  /** What a uid or a name begins with, in whatever case. */
  readonly text: string
  readonly after: FoundAt | undefined
  readonly limit: number
}

/** Where in the results a user stands: first come those found by uid, then those found by name. */
export interface FoundAt {
  readonly part: 'uid' | 'name'
  /** Uid or name, in lower case. */
  readonly term: string
  readonly uid: string
}

export type FoundUser = FoundAt & { readonly user: User }

/** The uids of users who were removed. */
export interface DeletedUserStore {
  insert(uid: string): Promise<void>
  has(uid: string): Promise<boolean>
  /** Ordered by uid. */
  list(slice: Slice): Promise<readonly DeletedUser[]>
  remove(uid: string): Promise<boolean>
}

export interface PasswordStore {
  /** `hash` is argon2id in PHC form. The user's credential gets a version that never was before. */
  set(uid: string, hash: string): Promise<void>
  remove(uid: string): Promise<boolean>
}
