-- When the quiet hours that `at` lies in end; null where it lies in none, or where there are none. The
-- rule is that of core/reach/quiet-hours.ts, to the letter; a property test compares them.
create function quiet_until(days smallint, begins time, ends time, zone text, at timestamptz)
returns timestamptz language plpgsql stable strict parallel safe as $$
declare
  day date;
  until timestamptz := at;
begin
  day := (at at time zone zone)::date - 1;
  for i in 0..8 loop
    if days & (1 << (extract(isodow from day)::integer - 1)) <> 0 then
      exit when (day + begins) at time zone zone > until;
      until := greatest(until, (day + ends + case when ends <= begins then interval '1 day'
        else interval '0' end) at time zone zone);
    end if;
    day := day + 1;
  end loop;
  return case when until > at then until end;
exception
  -- A zone that this server does not know (any more) must not take a batch of messages down.
  when invalid_parameter_value then return null;
end $$;
