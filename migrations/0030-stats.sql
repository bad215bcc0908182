-- What happened, by the minute and by the hour: written by those who saw it happen, so that nobody ever
-- counts messages or deliveries. Of what is sampled (who is online, what waits), `total` is the sum of
-- `samples` samples.
create table stats_minutes (
  metric text collate "C" not null,
  begins_at timestamptz not null,
  -- Both empty where they say nothing.
  provider text collate "C" not null,
  label text collate "C" not null,
  total bigint not null,
  samples integer not null,
  primary key (metric, begins_at, provider, label)
) with (fillfactor = 70);

create index stats_minutes_begins_at on stats_minutes (begins_at);

create table stats_hours (
  metric text collate "C" not null,
  begins_at timestamptz not null,
  provider text collate "C" not null,
  label text collate "C" not null,
  total bigint not null,
  samples integer not null,
  primary key (metric, begins_at, provider, label)
) with (fillfactor = 70);

create index stats_hours_begins_at on stats_hours (begins_at);
