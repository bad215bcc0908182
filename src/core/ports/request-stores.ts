import type { NewAnnouncement } from '../announcing/announcement.ts'
import type { ChatRequest, RequestFilter } from '../directory/chat-request.ts'
import type { Slice } from '../directory/page.ts'

export interface RequestStore {
  find(id: string): Promise<ChatRequest | undefined>
  /** The newest first; `after` is the id before which to begin, or empty. */
  list(slice: Slice & RequestFilter): Promise<readonly ChatRequest[]>
  /** Undefined where it is not open at that time, or not any more. */
  decide(id: string, state: 'accepted' | 'declined', at: Date): Promise<ChatRequest | undefined>
  /**
   * Accepts the open ones that ask for what `accepted` has brought: the friend request the other way
   * round; into the same group, whatever else would bring the same user there.
   */
  acceptSame(accepted: ChatRequest, at: Date): Promise<readonly ChatRequest[]>
}

export interface AnnouncementStore {
  insert(announcements: readonly NewAnnouncement[], at: Date): Promise<void>
}
