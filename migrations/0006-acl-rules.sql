-- Topics beyond users and groups. A rule is for one user, for the members of one group, or for everyone.
create table acl_rules (
  id bigint generated always as identity primary key,
  effect text not null check (effect in ('allow', 'deny')),
  action text not null check (action in ('publish', 'subscribe', 'all')),
  -- An MQTT topic filter in which ${uid} and ${clientid} stand for those who ask.
  filter text not null check (octet_length(filter) between 1 and 1024),
  user_id text collate "C" references users (id) on delete cascade,
  group_id text collate "C" references groups (id) on delete cascade,
  created_at timestamptz not null default now(),
  check (user_id is null or group_id is null)
);

create index acl_rules_user_id on acl_rules (user_id) where user_id is not null;
create index acl_rules_group_id on acl_rules (group_id) where group_id is not null;

-- Each process keeps the rules compiled; every question reads this version beside its other facts,
-- and a process whose rules are older reads them again before it answers.
create table acl_rules_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null
);

insert into acl_rules_version (version) values (1);

create function bump_acl_rules_version() returns trigger language plpgsql as $$
begin
  update acl_rules_version set version = version + 1;
  return null;
end $$;

-- For each row, so that a deleted user without rules (a cascade that touches none) bumps nothing.
create trigger acl_rules_changed after insert or update or delete on acl_rules
  for each row execute function bump_acl_rules_version();

create trigger acl_rules_truncated after truncate on acl_rules
  for each statement execute function bump_acl_rules_version();
