-- Who may call the REST API. The secret itself is nowhere: it has 256 random bits, so its SHA-256 is enough.
create table api_keys (
  id text collate "C" primary key check (id ~ '^[0-9a-z]{12}$'),
  name text not null check (octet_length(name) between 1 and 512),
  digest bytea not null check (octet_length(digest) = 32),
  role text not null check (role in ('admin', 'operator', 'support', 'app-server')),
  -- Narrows the role; null leaves it as it is.
  scopes text[],
  created_at timestamptz not null default now(),
  expires_at timestamptz,
  -- To the minute: a call must not cost a write.
  last_used_at timestamptz,
  -- The key that takes its place.
  replaced_by text collate "C" references api_keys (id) on delete set null
);
