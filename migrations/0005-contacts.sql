-- One direction a row: contact_id may write to user_id where only contacts may.
create table contacts (
  user_id text collate "C" not null references users (id) on delete cascade,
  contact_id text collate "C" not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, contact_id),
  check (user_id <> contact_id)
);

create index contacts_contact_id on contacts (contact_id);

create table blocks (
  user_id text collate "C" not null references users (id) on delete cascade,
  blocked_id text collate "C" not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (user_id, blocked_id),
  check (user_id <> blocked_id)
);

create index blocks_blocked_id on blocks (blocked_id);
