-- Whoever changes a right, by whatever way, marks the sessions that it is about, in the same transaction.
-- Rights that are given need no more than a look at what is desired; rights that are withdrawn have to be
-- taken out of the broker's memory and out of what clients have asked for themselves.
-- Each statement marks once, in the order of the primary key, and rings once.

-- Whether a device is revoked or its user disabled is looked at when the session is: it may be restored by
-- then. `ends` is for what can't be seen any more.
-- Sessions that nobody knows of are left alone: whoever connects is looked at anyway.
create function mark_sessions(client_ids text[], is_withdrawn boolean, ends boolean)
returns void language plpgsql as $$
begin
  update broker_sessions s
  set wanted_version = s.wanted_version + 1,
    clears_cache = s.clears_cache or is_withdrawn,
    looks = s.looks or is_withdrawn,
    ends_session = s.ends_session or ends,
    is_urgent = s.is_urgent or is_withdrawn or ends,
    due_at = case when s.lease is null then now() else s.due_at end,
    since = coalesce(s.since, now())
  from (
    select o.client_id from broker_sessions o
    where o.client_id = any(client_ids) and (o.held is not null or o.due_at is not null)
    order by o.client_id
    for update
  ) m
  where s.client_id = m.client_id;
  if found then perform pg_notify('herald_sessions', ''); end if;
end $$;

-- Of those whose login is not worth anything any more, every session is ended that there may be: also of
-- devices that nobody has heard of yet, whose connect may be on its way, or lost.
create function end_sessions(uids text[], client_ids text[]) returns void language plpgsql as $$
begin
  insert into broker_sessions as s
    (client_id, user_id, clears_cache, looks, ends_session, is_urgent, due_at, since)
  select o.id, o.user_id, true, true, true, true, now(), now()
  from (
    select d.id, d.user_id from devices d where d.user_id = any(uids)
    union all
    select d.id, d.user_id from devices d where d.id = any(client_ids)
    union all
    select b.client_id, b.user_id from broker_sessions b
    where (b.user_id = any(uids) or b.client_id = any(client_ids))
      and not exists (
        select from devices d
        where d.id = b.client_id and (d.user_id = any(uids) or d.id = any(client_ids)))
  ) o
  order by o.id
  on conflict (client_id) do update
  set wanted_version = s.wanted_version + 1,
    clears_cache = true,
    looks = true,
    ends_session = true,
    is_urgent = true,
    due_at = case when s.lease is null then now() else s.due_at end,
    since = coalesce(s.since, now());
  if found then perform pg_notify('herald_sessions', ''); end if;
end $$;

-- Most installations that load a million members at once have no session yet.
create function has_sessions() returns boolean language sql stable
  begin atomic select exists (select from broker_sessions); end;

create function membership_given() returns trigger language plpgsql as $$
begin
  if has_sessions() then
    perform mark_sessions(array(
      select s.client_id from broker_sessions s where s.user_id in (select user_id from changed)
    ), false, false);
  end if;
  return null;
end $$;

-- For all tables that name a user whose rights have become less.
create function right_withdrawn() returns trigger language plpgsql as $$
begin
  if has_sessions() then
    perform mark_sessions(array(
      select s.client_id from broker_sessions s where s.user_id in (select user_id from changed)
    ), true, false);
  end if;
  return null;
end $$;

create function membership_changed() returns trigger language plpgsql as $$
begin
  if has_sessions() then
    perform mark_sessions(array(
      select s.client_id from broker_sessions s where s.user_id in (
        select n.user_id
        from changed n join former o using (group_id, user_id)
        where n.role <> o.role
          or n.silenced_until is not null and n.silenced_until is distinct from o.silenced_until)
    ), true, false);
  end if;
  return null;
end $$;

create trigger memberships_given after insert on memberships
  referencing new table as changed for each statement execute function membership_given();
create trigger memberships_withdrawn after delete on memberships
  referencing old table as changed for each statement execute function right_withdrawn();
create trigger memberships_changed after update on memberships
  referencing old table as former new table as changed
  for each statement execute function membership_changed();
create trigger group_bans_given after insert on group_bans
  referencing new table as changed for each statement execute function right_withdrawn();

create function block_given() returns trigger language plpgsql as $$
begin
  if has_sessions() then
    perform mark_sessions(array(
      select s.client_id from broker_sessions s where s.user_id in (select blocked_id from changed)
    ), true, false);
  end if;
  return null;
end $$;

create trigger blocks_given after insert on blocks
  referencing new table as changed for each statement execute function block_given();

-- To write to somebody whom everyone may write to, nobody has to be a contact.
create function contact_withdrawn() returns trigger language plpgsql as $$
begin
  if has_sessions() then
    perform mark_sessions(array(
      select s.client_id from broker_sessions s where s.user_id in (
        select c.contact_id from changed c join users u on u.id = c.user_id
        where u.contact_policy is distinct from 'everyone')
    ), true, false);
  end if;
  return null;
end $$;

create trigger contacts_withdrawn after delete on contacts
  referencing old table as changed for each statement execute function contact_withdrawn();

create function device_changed() returns trigger language plpgsql as $$
begin
  if has_sessions() then
    perform mark_sessions(array(
      select n.id from changed n join former o using (id)
      where n.revoked_at is not null and o.revoked_at is null
    ), true, false);
    perform mark_sessions(array(
      select n.id from changed n join former o using (id)
      where n.subscription_profile <> o.subscription_profile
    ), false, false);
  end if;
  return null;
end $$;

create trigger devices_changed after update on devices
  referencing old table as former new table as changed
  for each statement execute function device_changed();

create function device_removed() returns trigger language plpgsql as $$
begin
  if has_sessions() then
    delete from broker_sessions s using changed c
      where s.client_id = c.id and s.held is null and s.due_at is null;
    perform mark_sessions(array(select id from changed), true, true);
  end if;
  return null;
end $$;

create trigger devices_removed after delete on devices
  referencing old table as changed for each statement execute function device_removed();

create function user_changed() returns trigger language plpgsql as $$
begin
  if has_sessions() then
    perform mark_sessions(array(
      select s.client_id from broker_sessions s where s.user_id in (
        select n.id from changed n join former o using (id)
        where n.disabled_at is not null and o.disabled_at is null)
    ), true, false);
  end if;
  return null;
end $$;

create trigger users_changed after update on users
  referencing old table as former new table as changed
  for each statement execute function user_changed();

-- What a connection logged in with is not known, so whoever knew the old password may be on any of them.
create function password_withdrawn() returns trigger language plpgsql as $$
begin
  if has_sessions() then
    perform end_sessions(array(select user_id from changed), '{}');
  end if;
  return null;
end $$;

create trigger user_passwords_changed after update on user_passwords
  referencing old table as changed for each statement execute function password_withdrawn();
create trigger user_passwords_withdrawn after delete on user_passwords
  referencing old table as changed for each statement execute function password_withdrawn();

-- What has expired is tidied away, not withdrawn.
create function secret_withdrawn() returns trigger language plpgsql as $$
begin
  if has_sessions() then
    perform end_sessions('{}', array(
      select distinct device_id from changed where expires_at is null or expires_at > now()));
  end if;
  return null;
end $$;

create trigger device_secrets_withdrawn after delete on device_secrets
  referencing old table as changed for each statement execute function secret_withdrawn();

-- A rule that allows no more, or denies from now on. One for everyone concerns every verdict that the
-- broker remembers, and those who have asked for topics themselves.
create function mark_ruled(uids text[], gids text[], is_for_everyone boolean)
returns void language plpgsql as $$
begin
  perform mark_sessions(array(
    select s.client_id from broker_sessions s where s.user_id = any(uids)
    union
    select s.client_id from memberships m join broker_sessions s on s.user_id = m.user_id
    where m.group_id = any(gids)
    union
    select s.client_id from broker_sessions s where is_for_everyone and s.own_filters > 0
  ), true, false);
  if is_for_everyone then
    update broker_caches set due_at = coalesce(due_at, now());
    perform pg_notify('herald_sessions', '');
  end if;
end $$;

create function rule_denies() returns trigger language plpgsql as $$
begin
  if has_sessions() and exists (select from changed where effect = 'deny') then
    perform mark_ruled(
      array(select user_id from changed where effect = 'deny' and user_id is not null),
      array(select group_id from changed where effect = 'deny' and group_id is not null),
      exists (select from changed where effect = 'deny' and user_id is null and group_id is null));
  end if;
  return null;
end $$;

create function rule_allows_no_more() returns trigger language plpgsql as $$
begin
  if has_sessions() and exists (select from changed where effect = 'allow') then
    perform mark_ruled(
      array(select user_id from changed where effect = 'allow' and user_id is not null),
      array(select group_id from changed where effect = 'allow' and group_id is not null),
      exists (select from changed where effect = 'allow' and user_id is null and group_id is null));
  end if;
  return null;
end $$;

create trigger acl_rules_denying after insert on acl_rules
  referencing new table as changed for each statement execute function rule_denies();
create trigger acl_rules_denying_now after update on acl_rules
  referencing new table as changed for each statement execute function rule_denies();
create trigger acl_rules_allowing_no_more after delete on acl_rules
  referencing old table as changed for each statement execute function rule_allows_no_more();
create trigger acl_rules_allowing_less after update on acl_rules
  referencing old table as changed for each statement execute function rule_allows_no_more();
