/**
 * Rows that are put into the database right after each migration, and that every later one has to
 * keep. Each new table gets some, with its nullable columns filled and empty.
 */
export const ROWS: Readonly<Record<string, string>> = {
  '0001-users.sql': `
    insert into users (id, display_name, contact_policy, disabled_at) values
      ('ann', 'Ann', 'contacts', null),
      ('bob', null, 'everyone', '2026-11-01T12:00:00Z'),
      ('使用者 €', null, null, null);
    insert into deleted_users (id) values ('carl')`,

  '0002-devices.sql': `
    insert into devices (id, user_id, app, platform, self_registered, persistent_session, revoked_at) values
      ('ann-phone', 'ann', 'chat', 'ios', true, false, null),
      ('bob-watch', 'bob', null, null, false, null, '2026-11-02T12:00:00Z')`,

  '0003-credentials.sql': `
    insert into device_secrets (device_id, digest, expires_at) values
      ('ann-phone', repeat('a', 43), null),
      ('ann-phone', repeat('b', 43), '2027-01-01T00:00:00Z');
    insert into user_passwords (user_id, hash) values ('ann', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA')`,

  '0004-groups.sql': `
    insert into groups (id, display_name, invite_policy) values
      ('hikers', 'Hikers', 'admins'),
      ('cooks', null, 'members');
    insert into memberships (group_id, user_id, role, silenced_until) values
      ('hikers', 'ann', 'owner', null),
      ('hikers', 'bob', 'member', '2027-01-01T00:00:00Z'),
      ('cooks', 'bob', 'admin', null);
    insert into group_bans (group_id, user_id) values ('cooks', 'ann')`,

  '0005-contacts.sql': `
    insert into contacts (user_id, contact_id) values ('ann', 'bob');
    insert into blocks (user_id, blocked_id) values ('bob', '使用者 €')`,

  '0006-acl-rules.sql': `
    insert into acl_rules (effect, action, filter, user_id, group_id) values
      ('allow', 'publish', 'sensors/\${uid}/#', 'ann', null),
      ('deny', 'subscribe', 'sensors/secret', null, 'hikers'),
      ('allow', 'all', 'open/+', null, null)`,

  '0007-addresses.sql': `
    insert into addresses (user_id, device_id, channel, provider, token, locale) values
      ('ann', 'ann-phone', 'push', 'stub', 'token-1', 'zh-CN'),
      ('ann', null, 'sms', 'stub', '+4930123456', null)`,

  '0008-preferences.sql': `
    insert into preferences (user_id, notify, muted_until, hide_preview, locale, quiet_days, quiet_from,
        quiet_to, quiet_zone, quiet_action) values
      ('ann', 'mentions', '2027-01-01T00:00:00Z', true, 'en', 31, '22:00', '07:00', 'Europe/Berlin', 'defer'),
      ('bob', 'all', null, false, null, null, null, null, null, null);
    insert into conversation_preferences (user_id, conversation, notify, muted_until) values
      ('ann', 'group/hikers', 'none', null),
      ('bob', 'user/ann', null, '2027-01-01T00:00:00Z');
    insert into read_marks (user_id, conversation, read_at) values ('ann', 'user/bob', '2026-11-20T12:00:00Z')`,

  '0009-presence.sql': `
    insert into device_presence (device_id, user_id, is_online, connections, node, connected_at, clean_start,
        expiry_seconds, keepalive_seconds, session_since, disconnected_at, last_seen_at) values
      ('ann-phone', 'ann', true, '[{"node": "n1"}]', 'n1', '2026-11-20T12:00:00Z', false, 7200, 60,
        '2026-11-19T12:00:00Z', '2026-11-20T11:00:00Z', '2026-11-20T12:00:00Z'),
      ('bob-watch', 'bob', false, '[]', null, null, null, null, null, null, null, null);
    insert into gone_nodes (node, gone_at) values ('n2', '2026-11-20T12:00:00Z')`,

  '0010-messages.sql': `
    insert into messages (day, id, kind, inbox, gid, from_uid, sent_at, expires_at, app_id, mentions, content)
    values
      ('2026-11-20', '00000000-0000-0000-0000-000000000001', 'direct-message', 'user/ann', null, 'bob',
        '2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z', null, null, null),
      ('2026-11-20', '00000000-0000-0000-0000-000000000002', 'group-message', 'group/hikers', 'hikers', 'ann',
        '2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z', 'm-2', '{bob}', '{"body": "hello"}');
    insert into unreached (day, message_id, reason, recipients, uids) values
      ('2026-11-20', '00000000-0000-0000-0000-000000000002', 'muted', 1, '{bob}')`,

  '0011-deliveries.sql': `
    insert into deliveries (day, message_id, address_id, user_id, device_id, provider, conversation, state,
        reason, decided_at, due_at, expires_at, wake_at, lease, carrier_day, carrier_id, provider_id, finished_at)
    values
      ('2026-11-20', '00000000-0000-0000-0000-000000000001', 1, 'ann', 'ann-phone', 'stub', 'user/bob', 'folded',
        'folded', '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z', '2026-11-20T12:00:02Z',
        '00000000-0000-0000-0000-00000000000a', '2026-11-20', '00000000-0000-0000-0000-000000000003', 'stub-1',
        '2026-11-20T12:00:01Z'),
      ('2026-11-20', '00000000-0000-0000-0000-000000000001', 2, 'ann', null, 'stub', 'user/bob', 'queued',
        null, '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z', '2026-11-21T12:00:00Z', '2026-11-20T12:00:02Z',
        null, null, null, null, null);
    insert into attempts (day, message_id, address_id, attempt, outcome, reason, retry_at, ended_at) values
      ('2026-11-20', '00000000-0000-0000-0000-000000000001', 2, 1, 'unavailable', 'busy', '2026-11-20T12:01:00Z',
        '2026-11-20T12:00:01Z'),
      ('2026-11-20', '00000000-0000-0000-0000-000000000001', 2, 2, 'rejected', null, null, '2026-11-20T12:01:01Z');
    insert into conversation_slots (address_id, conversation, state, carrier_day, carrier_id, is_silent, due_at,
        newest_day, newest_id, newest_at, messages, expires_at, sent_at)
    select id, 'user/bob', state, '2026-11-20', '00000000-0000-0000-0000-000000000001', false,
        '2026-11-20T12:00:00Z', '2026-11-20', '00000000-0000-0000-0000-000000000001', '2026-11-20T12:00:00Z', 1,
        '2026-11-21T12:00:00Z', sent_at::timestamptz
      from addresses join (values ('push', 'sent', '2026-11-20T12:00:01Z'), ('sms', 'waiting', null))
        as slot (channel, state, sent_at) using (channel)`,

  '0012-awaited-acks.sql': `
    insert into awaited_acks (user_id, message_id, day, sent_at, counts_online) values
      ('ann', '00000000-0000-0000-0000-000000000001', '2026-11-20', '2026-11-20T12:00:00Z', true)`,

  '0013-rejected-events.sql': `
    insert into rejected_events (dialect, reason, excerpt) values ('emqx5', 'no JSON', '\\xff00')`,

  '0014-provider-circuits.sql': `
    insert into provider_circuits (provider, opened_at, probe_at, reason) values
      ('stub', '2026-11-20T12:00:00Z', '2026-11-20T12:01:00Z', 'misconfigured')`,

  // These two make no table.
  '0015-quiet-hours.sql': 'select 1',
  '0016-reach-indexes.sql': 'select 1',

  '0017-send-counts.sql': `
    insert into send_counts (begins_at, provider, scope, subject, sends, granted) values
      ('2026-11-20T12:00:00Z', 'texts', 'address', '2', 3, 1),
      ('2026-11-20T00:00:00Z', 'texts', 'provider', '', 40, 0)`,

  '0018-receipts.sql': `
    update deliveries set delivered_at = '2026-11-20T12:00:02Z', opened_at = '2026-11-20T12:00:03Z',
      undelivered_at = '2026-11-20T12:00:04Z', undelivered_reason = 'unreachable' where address_id = 1`,

  '0019-address-use.sql': `update addresses set used_on = '2026-11-19' where channel = 'push'`,

  '0020-mail-digests.sql': `
    update preferences set digest_minutes = 30 where user_id = 'ann'`,

  '0021-one-address-for-an-endpoint.sql': `
    insert into addresses (user_id, device_id, channel, provider, token) values
      ('ann', 'ann-phone', 'push', 'webpush', '{"endpoint":"https://push.example.com/1","keys":{}}')`,

  '0022-api-keys.sql': `
    insert into api_keys (id, name, digest, role, scopes, expires_at, last_used_at, replaced_by) values
      ('bbbbbbbbbbbb', 'app', decode(repeat('00', 32), 'hex'), 'app-server', '{users:read}', null, null, null),
      ('aaaaaaaaaaaa', 'old', decode(repeat('01', 32), 'hex'), 'admin', null, '2027-01-01T00:00:00Z',
        '2026-11-20T12:00:00Z', 'bbbbbbbbbbbb')`,

  '0023-audit-log.sql': `
    insert into audit_log (actor, action, target, before, after, request_id) values
      ('key/bbbbbbbbbbbb', 'user.patch', 'user/ann', '{"uid": "ann"}', '{"uid": "ann"}', 'req-1'),
      ('command', 'user.delete', 'user/carl', null, null, null)`,

  '0024-idempotency-keys.sql': `
    insert into idempotency_keys (actor, key, request, answer) values
      ('key/bbbbbbbbbbbb', 'once', decode(repeat('02', 32), 'hex'), '\\x03')`,

  // It makes no table.
  '0025-user-search.sql': 'select 1',

  '0026-erasures.sql': `
    insert into deleted_users (id, pseudonym, erase_at, released_at) values
      ('dora', null, null, '2026-11-20T12:00:00Z')`,

  '0027-requests.sql': `
    insert into requests (kind, from_uid, to_uid, group_id, state, said, created_at, asked_at, expires_at, decided_at)
    values
      ('friend-request', 'bob', 'ann', null, 'open', 'hello', '2026-11-20T12:00:00Z', '2026-11-20T13:00:00Z',
        '2026-12-20T13:00:00Z', null),
      ('invitation', 'ann', 'bob', 'hikers', 'declined', null, '2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z',
        '2026-12-20T12:00:00Z', '2026-11-21T12:00:00Z')`,

  '0028-announcements.sql': `
    insert into announcements (request_id, topic, payload, attempt, wake_at, expires_at)
    select id, 'user/ann/request/' || id, '{"state": "declined"}', 1, '2026-11-21T12:00:01Z', '2026-11-22T12:00:00Z'
      from requests where state = 'declined'`,

  '0029-dead-deliveries.sql': `
    update deliveries set state = 'failed', reason = repeat('x', 500) where address_id = 2`,

  '0030-stats.sql': `
    insert into stats_minutes (metric, begins_at, provider, label, total, samples) values
      ('deliveries', '2026-11-20T12:01:00Z', 'stub', 'sent', 3, 0);
    insert into stats_hours (metric, begins_at, provider, label, total, samples) values
      ('online-users', '2026-11-20T12:00:00Z', '', '', 120, 60)`,

  '0031-imports.sql': `
    insert into imports (name, lines, digest, added, existing, refused, finished_at) values
      ('half', 2000, '\\x00', 1998, 1, 1, null),
      ('whole', 1, '\\x01', 1, 0, 0, '2026-11-20T12:00:00Z');
    insert into import_refusals (import, line, code, field, detail) values
      ('half', 17, 'INVALID_REQUEST', 'uid', 'uid is missing'),
      ('half', 18, 'INVALID_REQUEST', null, 'the line must be a JSON object')`,

  '0032-broker-sessions.sql': `
    insert into broker_sessions (client_id, user_id, held, own_filters, due_at, since, lease) values
      ('ann-phone', 'ann', '{user/ann/#}', 1, null, null, null),
      ('gone-phone', 'gone', null, 0, '2026-11-20T12:00:00Z', '2026-11-20T11:00:00Z',
        '00000000-0000-0000-0000-00000000000a');
    insert into broker_nodes (node) values ('n1')`,

  '0033-subscription-profiles.sql': `
    update devices set subscription_profile = 'direct' where id = 'bob-watch'`,

  // This one makes no table.
  '0034-session-marks.sql': 'select 1',
}
