create table preferences (
  user_id text collate "C" primary key references users (id) on delete cascade,
  notify text not null default 'all' check (notify in ('all', 'mentions', 'none')),
  muted_until timestamptz,
  hide_preview boolean not null default false,
  -- BCP 47; null leaves it to the installation.
  locale text check (octet_length(locale) between 2 and 35),
  -- Quiet hours: local times of the IANA zone, across midnight where "to" is not after "from". A day is
  -- the one on which they begin; bit 0 is Monday.
  quiet_days smallint check (quiet_days between 1 and 127),
  quiet_from time(0),
  quiet_to time(0),
  quiet_zone text,
  quiet_action text check (quiet_action in ('defer', 'silence', 'drop')),
  check (num_nulls(quiet_days, quiet_from, quiet_to, quiet_zone, quiet_action) in (0, 5))
);

-- What is set here wins over the account's. A conversation is "user/{peer}" or "group/{gid}"; requests
-- and invitations have conversations of their own.
create table conversation_preferences (
  user_id text collate "C" not null references users (id) on delete cascade,
  conversation text collate "C" not null,
  notify text check (notify in ('all', 'mentions', 'none')),
  muted_until timestamptz,
  primary key (user_id, conversation)
);

-- How far a user has read a conversation, in the broker's time.
create table read_marks (
  user_id text collate "C" not null references users (id) on delete cascade,
  conversation text collate "C" not null,
  read_at timestamptz not null,
  primary key (user_id, conversation)
) with (fillfactor = 80);
