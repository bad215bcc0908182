-- How much was sent, where a provider has limits that hold across replicas. A row for each address in
-- an hour, each user in a day, and a day in all: `subject` is an address' id, a uid, or empty.
create table send_counts (
  begins_at timestamptz not null,
  provider text collate "C" not null,
  scope text not null check (scope in ('address', 'user', 'provider')),
  subject text collate "C" not null,
  sends integer not null,
  -- How many of those that were last asked for were granted: what a statement hears of its own row.
  granted integer not null,
  primary key (begins_at, provider, scope, subject)
) with (fillfactor = 70);
