-- What a device is subscribed to without asking: everything that its user may read, direct messages and
-- requests alone, or nothing.
alter table devices add column subscription_profile text not null default 'all'
  check (subscription_profile in ('all', 'direct', 'none'));
