-- For whoever looks for what did not arrive. Only rows that end so are in them: what waits and what is
-- sent, which is nearly all, pays nothing. Each partition has its day, so the indexes are read backwards,
-- the newest first. A reason may be longer than an index entry may be.
create index deliveries_dead_user on deliveries (user_id, day, message_id, address_id)
  where state in ('failed', 'expired', 'withdrawn');
create index deliveries_dead_state on deliveries (state, provider, day, message_id, address_id)
  where state in ('failed', 'expired', 'withdrawn');
create index deliveries_dead_reason on deliveries (left(reason, 100), provider, day, message_id, address_id)
  where state in ('failed', 'expired', 'withdrawn');
