-- Friend requests, requests to join and invitations that were published, until they are decided and for
-- a while after that.
create table requests (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('friend-request', 'join-request', 'invitation')),
  from_uid text collate "C" not null references users (id) on delete cascade,
  -- Whom a friend request or an invitation is for.
  to_uid text collate "C" references users (id) on delete cascade,
  -- The group to join.
  group_id text collate "C" references groups (id) on delete cascade,
  state text not null default 'open' check (state in ('open', 'accepted', 'declined', 'expired')),
  -- What a notification showed of it.
  said text check (octet_length(said) <= 1024),
  created_at timestamptz not null,
  -- The last time, where it was repeated.
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  decided_at timestamptz,
  check ((to_uid is null) = (kind = 'join-request') and (group_id is null) = (kind = 'friend-request')),
  check ((decided_at is null) = (state = 'open'))
);

-- What is asked again while it is open is the same request.
create unique index requests_open
  on requests (from_uid, kind, coalesce(to_uid, ''), coalesce(group_id, '')) where state = 'open';

-- Lists, the newest first.
create index requests_from on requests (from_uid, id);
create index requests_to on requests (to_uid, id) where to_uid is not null;
create index requests_group on requests (group_id, id) where group_id is not null;
create index requests_state on requests (state, id);

-- For whoever sweeps.
create index requests_expires_at on requests (expires_at) where state = 'open';
create index requests_decided_at on requests (decided_at) where decided_at is not null;
