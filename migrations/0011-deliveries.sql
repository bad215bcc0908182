-- One notification to one address.
create table deliveries (
  day date not null,
  message_id uuid not null,
  address_id bigint not null,
  user_id text collate "C" not null,
  device_id text collate "C",
  provider text collate "C" not null,
  conversation text collate "C" not null,
  state text not null default 'queued' check (state in
    ('queued', 'claimed', 'sent', 'failed', 'expired', 'withdrawn', 'folded')),
  -- Why it ended as it did.
  reason text,
  is_silent boolean not null default false,
  -- Decided again, because the recipient had only seemed to be online.
  is_late boolean not null default false,
  -- Which step of the ladder.
  step smallint not null default 0,
  decided_at timestamptz not null,
  due_at timestamptz not null,
  expires_at timestamptz not null,
  -- When somebody has to look: when it is due, or when its lease ends.
  wake_at timestamptz not null,
  attempt smallint not null default 0,
  -- The fencing token of the worker that claimed it.
  lease uuid,
  -- Of a folded one: the message whose delivery to the same address carries it.
  carrier_day date,
  carrier_id uuid,
  -- The provider's own id of what it accepted.
  provider_id text,
  finished_at timestamptz,
  primary key (day, message_id, address_id)
) partition by range (day);

create table deliveries_default partition of deliveries default;

create index deliveries_open on deliveries (provider, wake_at) where state in ('queued', 'claimed');

-- Attempts that did not end in a yes, and their number; a yes stands in the delivery itself.
create table attempts (
  day date not null,
  message_id uuid not null,
  address_id bigint not null,
  attempt smallint not null,
  outcome text not null,
  reason text,
  retry_at timestamptz,
  ended_at timestamptz not null,
  primary key (day, message_id, address_id, attempt)
) partition by range (day);

create table attempts_default partition of attempts default;

-- The one delivery of a conversation to an address that further messages fold into, or the last one.
-- Addresses are no foreign key: to look each up again would cost a large group's message half its time.
create table conversation_slots (
  address_id bigint not null,
  conversation text collate "C" not null,
  state text not null check (state in ('waiting', 'claimed', 'sent')),
  carrier_day date not null,
  carrier_id uuid not null,
  is_silent boolean not null,
  due_at timestamptz not null,
  -- What the notification shows: the newest message, and how many it stands for.
  newest_day date not null,
  newest_id uuid not null,
  newest_at timestamptz not null,
  messages integer not null,
  -- Of the one that lives longest: the carrier may not expire before it.
  expires_at timestamptz not null,
  sent_at timestamptz,
  primary key (address_id, conversation)
) with (fillfactor = 70);
