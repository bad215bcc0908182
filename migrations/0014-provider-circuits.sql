-- A provider that is not called for now: its deliveries are kept.
create table provider_circuits (
  provider text collate "C" primary key,
  opened_at timestamptz not null,
  -- One is tried then.
  probe_at timestamptz not null,
  reason text not null
);
