-- Messages to users who counted as online, until one of their devices acknowledges.
create table awaited_acks (
  user_id text collate "C" not null,
  message_id uuid not null,
  day date not null,
  sent_at timestamptz not null,
  -- Whether another device of the user was to be notified, so that the user counts as reached.
  was_reached boolean not null,
  primary key (user_id, message_id)
);

create index awaited_acks_sent_at on awaited_acks (sent_at);
