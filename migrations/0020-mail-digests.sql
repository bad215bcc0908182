-- For how long mails to the user gather before they go out as one; null leaves it to the installation.
alter table preferences add column digest_minutes smallint check (digest_minutes between 0 and 1440);

-- Of a mail: from when on it may go out in one with another that is due; null: it goes alone.
alter table deliveries add column gathers_at timestamptz;
-- Whatever bears the same one goes to a mailbox in the same mail, also where a worker takes it over from
-- one that died; so a mail that may have been sent is never sent again with more in it.
alter table deliveries add column digest_id uuid;

-- Mails alone, so that pushes pay nothing for it.
create index deliveries_gathering on deliveries (address_id, gathers_at)
  where gathers_at is not null and state in ('queued', 'claimed');
