/** Of a message as it was published, without what it says. */
export const MESSAGE_COLUMNS = `
day, id, kind, inbox, from_uid as "from", sent_at as "sentAt", expires_at as "expiresAt",
  app_id as "appId", is_silent as "isSilent", is_forced as "isForced",
  coalesce(mentions, '{}') as mentions, mentions_all as "mentionsAll"`

/** The days that have partitions: an id says nothing of the day, and each index begins with that. */
const DAYS = `array(
  select to_date(right(c.relname, 8), 'YYYYMMDD')
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = 'messages'::regclass and c.relname ~ '^messages_[0-9]{8}$')`

/** Messages of the id `$1`: a look into the index of each partition, whatever is in it. */
export function messagesById(columns: string, most: number): string {
  return `
select ${columns} from messages where day = any (${DAYS}) and id = $1::uuid
union all
select ${columns} from messages_default where id = $1::uuid
limit ${most}`
}
