-- Messages to users who counted as online, until one of their devices acknowledges.
create table awaited_acks (
  user_id text collate "C" not null,
  message_id uuid not null,
  day date not null,
  sent_at timestamptz not null,
  -- Whether the user is counted among those who were online; not where some other device was notified, say.
  counts_online boolean not null,
  decided_at timestamptz not null default now(),
  primary key (user_id, message_id)
);

create index awaited_acks_sent_at on awaited_acks (sent_at);
-- For those that were decided while their recipient was just leaving.
create index awaited_acks_decided_at on awaited_acks (decided_at);
