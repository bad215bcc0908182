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

-- When a delivery is due that quiet hours defer: `starts` is put off to `spread` after their end, and
-- what follows `later` (a step of the ladder) may meet them again.
create function quiet_defer(days smallint, begins time, ends time, zone text,
  starts timestamptz, later interval, spread interval)
returns timestamptz language plpgsql stable parallel safe as $$
declare
  due timestamptz := coalesce(quiet_until(days, begins, ends, zone, starts) + spread, starts) + later;
begin
  if later = interval '0' then return due; end if;
  return coalesce(quiet_until(days, begins, ends, zone, due) + spread, due);
end $$;
