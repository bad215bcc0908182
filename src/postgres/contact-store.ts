import { type Kysely, sql } from 'kysely'
import { DomainError } from '../core/domain-error.ts'
import type { ContactPair, ContactStore } from '../core/ports/contact-stores.ts'
import type { Database } from './tables.ts'
import { refusing } from './violations.ts'

export function createContactStore(db: Kysely<Database>): ContactStore {
  return {
    async insert(pairs) {
      // In order, so that two who add the same pairs the other way round can't cross.
      const query = sql`
        insert into contacts (user_id, contact_id)
        select p.uid, p.contact_uid from ${unnested(pairs)} order by p.uid, p.contact_uid
        on conflict do nothing
      `
      await refusing(
        { contacts_user_id_fkey: unknownUser, contacts_contact_id_fkey: unknownUser },
        () => query.execute(db),
      )
    },

    async find(uid, contactUid) {
      const row = await db
        .selectFrom('contacts')
        .select('createdAt')
        .where('userId', '=', uid)
        .where('contactId', '=', contactUid)
        .executeTakeFirst()
      return row && { uid, contactUid, createdAt: row.createdAt }
    },

    async list(uid, { after, limit }) {
      const rows = await db
        .selectFrom('contacts')
        .select(['contactId', 'createdAt'])
        .where('userId', '=', uid)
        .where('contactId', '>', after)
        .orderBy('contactId')
        .limit(limit)
        .execute()
      return rows.map(({ contactId, createdAt }) => ({ uid, contactUid: contactId, createdAt }))
    },

    async remove(pairs) {
      const { numAffectedRows } = await sql`
        delete from contacts using ${unnested(pairs)}
        where contacts.user_id = p.uid and contacts.contact_id = p.contact_uid
      `.execute(db)
      return Number(numAffectedRows)
    },
  }
}

function unnested(pairs: readonly ContactPair[]) {
  const uids = pairs.map(({ uid }) => uid)
  const contactUids = pairs.map(({ contactUid }) => contactUid)
  return sql`unnest(${uids}::text[], ${contactUids}::text[]) as p (uid, contact_uid)`
}

function unknownUser(): DomainError {
  return new DomainError('USER_NOT_FOUND', 'not all of these contacts are users', 'contactUid')
}
