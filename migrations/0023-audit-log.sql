-- Who changed what. Nothing in it ever changes, whoever asks.
create table audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  -- "key/…" of an API key, "device/…" of an app's own call, or "command" of the command line.
  actor text collate "C" not null,
  action text collate "C" not null,
  target text collate "C" not null,
  -- Without secrets; null where there was, or is, nothing.
  before jsonb,
  after jsonb,
  request_id text
);

create index audit_log_target on audit_log (target, id);
create index audit_log_actor on audit_log (actor, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the audit log is append-only' using errcode = 'insufficient_privilege';
end $$;

create trigger audit_log_append_only before update or delete on audit_log
  for each row execute function refuse_change();
create trigger audit_log_not_emptied before truncate on audit_log
  for each statement execute function refuse_change();
