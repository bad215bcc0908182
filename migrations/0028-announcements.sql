-- What Herald itself has to tell a user over MQTT, written with the change that it tells of and removed
-- once the broker has taken it.
create table announcements (
  id bigint generated always as identity primary key,
  -- The decided request; with it goes what names its people.
  request_id bigint not null references requests (id) on delete cascade,
  topic text collate "C" not null check (octet_length(topic) between 1 and 1024),
  payload text not null check (octet_length(payload) <= 4096),
  -- After so many attempts, it is tried again then.
  attempt smallint not null default 0,
  wake_at timestamptz not null,
  expires_at timestamptz not null
);

create index announcements_wake_at on announcements (wake_at);
create index announcements_request_id on announcements (request_id);
create index announcements_expires_at on announcements (expires_at);
