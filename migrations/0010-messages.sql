-- What was published to people. The day is that of the broker's time, the same at every repeat, so that
-- the primary key finds a message that is reported twice.
create table messages (
  day date not null,
  id uuid not null,
  kind text not null check (kind in
    ('direct-message', 'friend-request', 'group-message', 'join-request', 'invitation', 'clear')),
  -- "user/{uid}" or "group/{gid}": whose message it is.
  inbox text collate "C" not null,
  gid text collate "C",
  from_uid text collate "C" not null,
  sent_at timestamptz not null,
  expires_at timestamptz not null,
  -- The app's own id of the message.
  app_id text,
  mentions text[],
  mentions_all boolean not null default false,
  is_silent boolean not null default false,
  is_forced boolean not null default false,
  -- What a notification shows (title, body, data, …): null once nobody needs it any more.
  content jsonb,
  primary key (day, id)
) partition by range (day);

create table messages_default partition of messages default;

-- For badges and read marks.
create index messages_inbox on messages (inbox, sent_at)
  where kind in ('direct-message', 'group-message');

-- For whoever clears contents that nobody needs any more: with them a message leaves the index.
create index messages_content on messages (sent_at) where content is not null;

-- Who was not reached and why: a row for each message and reason, with the first recipients by name.
create table unreached (
  day date not null,
  message_id uuid not null,
  reason text not null,
  recipients integer not null,
  uids text[] not null,
  primary key (day, message_id, reason)
) partition by range (day);

create table unreached_default partition of unreached default;
