create table groups (
  id text collate "C" primary key
    check (octet_length(id) between 1 and 128 and id !~ '^\$|[+#/\u0001-\u001f\u007f-\u009f]'),
  display_name text,
  -- Who may invite: every member, or the owner and admins.
  invite_policy text not null default 'members' check (invite_policy in ('members', 'admins')),
  created_at timestamptz not null default now()
);

create table memberships (
  group_id text collate "C" not null references groups (id) on delete cascade,
  user_id text collate "C" not null references users (id) on delete cascade,
  role text not null default 'member' check (role in ('owner', 'admin', 'member')),
  silenced_until timestamptz,
  joined_at timestamptz not null default now(),
  primary key (group_id, user_id)
);

create index memberships_user_id on memberships (user_id, group_id);

create table group_bans (
  group_id text collate "C" not null references groups (id) on delete cascade,
  user_id text collate "C" not null references users (id) on delete cascade,
  created_at timestamptz not null default now(),
  primary key (group_id, user_id)
);

create index group_bans_user_id on group_bans (user_id);
