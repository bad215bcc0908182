-- People. The uid is the MQTT username and a topic level, so it keeps the rules of an identifier:
-- no wildcard, separator, control character or leading "$", 1 to 128 bytes.
create table users (
  id text collate "C" primary key
    check (octet_length(id) between 1 and 128 and id !~ '^\$|[+#/\u0001-\u001f\u007f-\u009f]'),
  display_name text,
  -- Who may write to the user's inbox; null leaves it to the installation's setting.
  contact_policy text check (contact_policy in ('everyone', 'contacts')),
  disabled_at timestamptz,
  created_at timestamptz not null default now()
);

-- Every topic question asks whether its user is disabled; few are, so this index stays small.
create index users_disabled on users (id) where disabled_at is not null;

-- A deleted uid is not given out again: a token that still names it must not bring it back.
create table deleted_users (
  id text collate "C" primary key,
  deleted_at timestamptz not null default now()
);
