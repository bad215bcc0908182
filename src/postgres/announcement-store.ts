import { type Kysely, sql } from 'kysely'
import type { Pool } from 'pg'
import type { ClaimedAnnouncement } from '../core/announcing/announcement.ts'
import type { AnnouncementOutbox } from '../core/ports/announcement-outbox.ts'
import type { AnnouncementStore } from '../core/ports/request-stores.ts'
import type { Database } from './tables.ts'

/** Later nobody cares: the app has read the lists anew. */
const KEPT = sql`interval '1 day'`

export function createAnnouncementStore(db: Kysely<Database>): AnnouncementStore {
  return {
    async insert(announcements, at) {
      const values = announcements.map((one) => ({
        ...one,
        wakeAt: at,
        expiresAt: sql<Date>`${at}::timestamptz + ${KEPT}`,
      }))
      await db.insertInto('announcements').values(values).execute()
    },
  }
}

const CLAIM = `
update announcements set wake_at = $2, attempt = attempt + 1
where id in (
  select id from announcements where wake_at <= $1
  order by wake_at limit $3 for update skip locked)
returning id, topic, payload, attempt`

export function createAnnouncementOutbox(pool: Pool): AnnouncementOutbox {
  return {
    async claim(now, until, limit) {
      const { rows } = await pool.query<ClaimedAnnouncement>(CLAIM, [now, until, limit])
      return rows
    },
    async remove(ids) {
      if (ids.length === 0) return
      await pool.query('delete from announcements where id = any($1)', [ids])
    },
    async postpone(id, until) {
      await pool.query('update announcements set wake_at = $2 where id = $1', [id, until])
    },
  }
}
