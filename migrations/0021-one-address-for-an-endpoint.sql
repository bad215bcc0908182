-- What makes two tokens the same address. All tabs of a browser share one Web Push endpoint, and whoever
-- subscribes again may get other keys for it: those that came last are the ones that the browser has.
-- Tokens of Web Push are stored in one spelling, which begins with the endpoint; all others are themselves.
create function address_identity(token text) returns text
  language sql immutable strict parallel safe
  return coalesce(substring(token from '^\{"endpoint":"([^"]+)","keys":'), token);

delete from addresses older using addresses newer
  where older.provider = newer.provider
    and md5(address_identity(older.token)) = md5(address_identity(newer.token))
    and (older.registered_at, older.id) < (newer.registered_at, newer.id);

drop index addresses_token;
create unique index addresses_identity on addresses (provider, md5(address_identity(token)));
