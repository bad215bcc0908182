import type { ClaimedAnnouncement } from '../announcing/announcement.ts'

/** What is to be told, for whoever tells it. */
export interface AnnouncementOutbox {
  /** Those that are due, at most `limit`; nobody else gets them until `until`. */
  claim(now: Date, until: Date, limit: number): Promise<readonly ClaimedAnnouncement[]>
  /** The broker has them. */
  remove(ids: readonly string[]): Promise<void>
  postpone(id: string, until: Date): Promise<void>
}
