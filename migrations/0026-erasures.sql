-- What deleted users leave in large tables is found by reading these, day by day, which a sweeper does
-- afterwards: no index on each message and delivery only for the day on which somebody leaves.
alter table deleted_users
  -- Who wrote what others received, where the uid stood. Forgotten with the last look.
  add column pseudonym text collate "C" default 'deleted-' || gen_random_uuid(),
  -- When traces are looked for next; null once all are gone.
  add column erase_at timestamptz default now(),
  -- The uid may be given out again, and the row goes with the last look.
  add column released_at timestamptz;

create index deleted_users_erase_at on deleted_users (erase_at) where erase_at is not null;
