-- What is known of a device's connections. Written for each connect and disconnect, so no index
-- holds a column that changes.
create table device_presence (
  device_id text collate "C" primary key references devices (id) on delete cascade,
  user_id text collate "C" not null references users (id) on delete cascade,
  is_online boolean not null default false,
  -- The connections that later events may still speak of, as core/presence keeps them.
  connections jsonb not null default '[]',
  -- Of the newest connection.
  node text collate "C",
  connected_at timestamptz,
  clean_start boolean,
  expiry_seconds bigint,
  keepalive_seconds integer,
  -- No session that is older than this can be alive.
  session_since timestamptz,
  disconnected_at timestamptz,
  last_seen_at timestamptz
) with (fillfactor = 70);

create index device_presence_user_id on device_presence (user_id);

-- Broker nodes that are gone: what was connected to one before that time is not known to be online.
create table gone_nodes (
  node text collate "C" primary key,
  gone_at timestamptz not null
);
