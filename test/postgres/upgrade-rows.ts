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
}
