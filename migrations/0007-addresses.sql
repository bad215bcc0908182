-- Where a notification goes. A push goes to a device; a phone number or a mailbox belongs to a person.
create table addresses (
  id bigint generated always as identity primary key,
  user_id text collate "C" not null references users (id) on delete cascade,
  device_id text collate "C" references devices (id) on delete cascade,
  channel text not null check (channel in ('push', 'email', 'sms')),
  -- Who delivers it: a name from the configuration.
  provider text collate "C" not null check (provider ~ '^[a-z][a-z0-9-]{0,31}$'),
  token text not null check (octet_length(token) between 1 and 4096),
  -- BCP 47; null leaves it to the user's preferences.
  locale text check (octet_length(locale) between 2 and 35),
  -- A provider's "gone since" counts only if the token was not registered again after it.
  registered_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  check ((channel = 'push') = (device_id is not null))
);

-- By digest: a Web Push subscription is longer than an index entry may be.
create unique index addresses_token on addresses (provider, md5(token));
create index addresses_user_id on addresses (user_id);
create index addresses_device_id on addresses (device_id) where device_id is not null;
