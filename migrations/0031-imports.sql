-- Bulk imports: how far each is, so that one that was cut off goes on where it stopped.
create table imports (
  name text collate "C" primary key
    check (octet_length(name) between 1 and 128 and name !~ '^\$|[+#/\u0001-\u001f\u007f-\u009f]'),
  lines bigint not null default 0,
  -- SHA-256 of all batches so far, each with that of the one before; empty before the first.
  digest bytea not null default '',
  added bigint not null default 0,
  existing bigint not null default 0,
  refused bigint not null default 0,
  started_at timestamptz not null default now(),
  finished_at timestamptz
);

create table import_refusals (
  import text collate "C" not null references imports (name) on delete cascade,
  line bigint not null,
  code text not null,
  field text,
  detail text not null,
  primary key (import, line)
);
