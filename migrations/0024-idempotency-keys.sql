-- Answers to writes that may be sent again with the same key. The answer is encrypted with the caller's
-- own secret, because it may hold one (a device's, say) and nobody else is to read it.
create table idempotency_keys (
  actor text collate "C" not null,
  key text collate "C" not null check (octet_length(key) between 1 and 255),
  -- SHA-256 of the request, so that a key is not used for two.
  request bytea not null,
  answer bytea not null,
  created_at timestamptz not null default now(),
  primary key (actor, key)
);

create index idempotency_keys_created_at on idempotency_keys (created_at);
