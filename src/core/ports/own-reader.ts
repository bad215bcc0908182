import type { FellowMember, OwnContact, OwnGroup, Unread } from '../directory/own-views.ts'
import type { Slice } from '../directory/page.ts'

/** What users see of themselves and of those who let them. `uid` is always the one who looks. */
export interface OwnReader {
  /** Ordered by uid. */
  contacts(uid: string, slice: Slice): Promise<readonly OwnContact[]>
  /** Contacts who have the user for one, and have not blocked them: their presence may be seen. By uid. */
  visible(uid: string, slice: Slice): Promise<readonly string[]>
  isVisible(uid: string, contactUid: string): Promise<boolean>
  /** Ordered by gid. */
  groups(uid: string, slice: Slice): Promise<readonly OwnGroup[]>
  /** Undefined where the user is not in it. */
  group(uid: string, gid: string): Promise<OwnGroup | undefined>
  /** Of a group that the user is in, ordered by uid; nobody where it is not. */
  fellows(uid: string, gid: string, slice: Slice): Promise<readonly FellowMember[]>
  unread(uid: string, nowMs: number): Promise<Unread>
}
