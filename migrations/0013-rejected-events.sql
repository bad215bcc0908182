-- Events that could not be understood or stored. EMQX is told yes, or it would throw them away unseen.
create table rejected_events (
  id bigint generated always as identity primary key,
  received_at timestamptz not null default now(),
  dialect text not null,
  reason text not null,
  -- The first 4 KiB as they came.
  excerpt bytea not null check (octet_length(excerpt) <= 4096)
);

create index rejected_events_received_at on rejected_events (received_at);
