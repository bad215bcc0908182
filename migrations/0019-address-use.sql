-- The last day of UTC on which an address was registered, reached, or heard of: a day, so that it is
-- written once a day and not with each notification. Of those that are there already nothing is known,
-- so their time begins now.
alter table addresses add column used_on date not null default (now() at time zone 'UTC')::date;

create index addresses_used_on on addresses (used_on);
