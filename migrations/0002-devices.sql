-- A device is one MQTT client id and belongs to one user.
create table devices (
  id text collate "C" primary key
    check (octet_length(id) between 1 and 128 and id !~ '^\$|[+#/\u0001-\u001f\u007f-\u009f]'),
  user_id text collate "C" not null references users (id) on delete cascade,
  app text,
  platform text,
  -- Made by its own first login, so it may make room for another.
  self_registered boolean not null default false,
  -- Whether the device's last session outlives its connection; null until the broker has said so.
  persistent_session boolean,
  revoked_at timestamptz,
  created_at timestamptz not null default now()
);

create index devices_user_id on devices (user_id, created_at);
