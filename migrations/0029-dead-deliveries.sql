-- For whoever looks for what did not arrive. Only rows that end so are in them: what waits and what is
-- sent, which is nearly all, pays nothing. The day is written as a number so that what is asked in this
-- order is not read from the primary key, all of it.
create index deliveries_dead_user
  on deliveries (user_id, (day - date '2000-01-01'), message_id, address_id)
  where state in ('failed', 'expired', 'withdrawn');
create index deliveries_dead_state
  on deliveries (state, provider, (day - date '2000-01-01'), message_id, address_id)
  where state in ('failed', 'expired', 'withdrawn');
-- An entry of an index has room for so much; from now on nothing longer is written.
update deliveries set reason = left(reason, 500) where length(reason) > 500;

create index deliveries_dead_reason
  on deliveries (reason, provider, (day - date '2000-01-01'), message_id, address_id)
  where state in ('failed', 'expired', 'withdrawn');
