-- A session that the broker has, or may have, and what is to be done about it. Rows are written where Herald
-- may act on the broker, and nowhere else. No foreign keys: when a device is removed, its session has yet to
-- be ended. All times are this server's.
create table broker_sessions (
  client_id text collate "C" primary key,
  user_id text collate "C" not null,
  -- Goes up with every change; what is done counts for the version that was read before.
  wanted_version bigint not null default 1,
  -- The version that the broker was last brought to.
  held_version bigint not null default 0,
  -- The filters that the session has by our doing; null: nobody knows, or there is no session.
  held text[],
  -- How many it has besides, which its client asked for.
  own_filters integer not null default 0,
  -- The broker may remember rights that are withdrawn; filters that the client asked for may be among them.
  clears_cache boolean not null default false,
  looks boolean not null default false,
  ends_session boolean not null default false,
  is_urgent boolean not null default false,
  -- When somebody has to look: at once, at the next attempt, or when the lease ends. Null: all is done.
  due_at timestamptz,
  since timestamptz,
  attempts integer not null default 0,
  lease uuid
) with (fillfactor = 70);

create index broker_sessions_user_id on broker_sessions (user_id);
create index broker_sessions_due on broker_sessions (is_urgent desc, due_at) where due_at is not null;
-- For a rule that holds for everyone.
create index broker_sessions_own on broker_sessions (client_id) where own_filters > 0;

-- When the broker is to forget all verdicts that it remembers.
create table broker_caches (
  only_row boolean primary key default true check (only_row),
  due_at timestamptz
);

insert into broker_caches (due_at) values (null);

-- Nodes that the broker has, or had: one that it does not name any more is gone.
create table broker_nodes (
  node text collate "C" primary key
);
