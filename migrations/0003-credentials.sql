-- Device secrets: 256 random bits made by Herald, kept as SHA-256 (base64url without padding).
-- Withdrawn by deleting the row; two rows while one is being replaced.
create table device_secrets (
  device_id text collate "C" not null references devices (id) on delete cascade,
  digest text collate "C" not null check (length(digest) = 43),
  expires_at timestamptz,
  created_at timestamptz not null default now(),
  primary key (device_id, digest)
);

-- The version never repeats, not even for a password that is removed and set again, so what was
-- remembered under an old one can't match.
create sequence password_versions;

create table user_passwords (
  user_id text collate "C" primary key references users (id) on delete cascade,
  -- argon2id in PHC string format.
  hash text not null,
  version bigint not null default nextval('password_versions'),
  updated_at timestamptz not null default now()
);
