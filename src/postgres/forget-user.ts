import { type Kysely, sql } from 'kysely'
import type { Database } from './tables.ts'

/**
 * Removes what bears a user's name, or one of their addresses' or devices', without being theirs by a
 * foreign key, as far as an index leads to it. Comes before the user is removed; what only a look at
 * whole tables finds is left to the eraser.
 *
 * A rule goes where the user is a level of its filter in Herald's own topics. In other topics the same
 * word may be anything, so those are left to whoever wrote them.
 */
export async function forgetUser(db: Kysely<Database>, uid: string): Promise<void> {
  await sql`
    with own_addresses as (select id from addresses where user_id = ${uid}),
    slots as (
      delete from conversation_slots where (address_id, conversation) in (
        select s.address_id, s.conversation
        from conversation_slots s join own_addresses a on a.id = s.address_id
        order by s.address_id, s.conversation
        for update of s)
    ), acks as (
      delete from awaited_acks where user_id = ${uid}
    ), mutes as (
      delete from conversation_preferences
      where conversation = any(array['user/' || ${uid}::text, 'user/' || ${uid}::text || '/application'])
    ), answers as (
      delete from idempotency_keys where actor in (
        select 'device/' || id from devices where user_id = ${uid} union all select 'user/' || ${uid}::text)
    ), counts as (
      ${removeCounts(sql`select id::text from own_addresses union all select ${uid}`)}
    )
    delete from acl_rules
    where split_part(filter, '/', 1) = 'user' and ${uid} in (split_part(filter, '/', 2), split_part(filter, '/', 4))
      or split_part(filter, '/', 1) = 'group' and ${uid} in (split_part(filter, '/', 4), split_part(filter, '/', 6))
  `.execute(db)
}

/**
 * Removes what was counted of `subjects`, a query for uids and ids of addresses. The key begins with time,
 * provider and scope, of which there are few, so the index is walked from one to the next.
 */
export function removeCounts(subjects: ReturnType<typeof sql>) {
  return sql`
    delete from send_counts where (begins_at, provider, scope, subject) in (
      with recursive heads as (
        (select begins_at, provider, scope from send_counts order by 1, 2, 3 limit 1)
        union all
        select n.* from heads h cross join lateral (
          select begins_at, provider, scope from send_counts
          where (begins_at, provider, scope) > (h.begins_at, h.provider, h.scope)
          order by 1, 2, 3 limit 1) n
      )
      select h.begins_at, h.provider, h.scope, s.subject collate "C"
      from heads h, (${subjects}) s (subject)
    )`
}
