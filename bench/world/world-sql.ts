import { SECRET_PREFIX } from '../../src/credentials/credential-form.ts'
import { CROWD_GID, SEATS, USERS_PER_PASSWORD, type WorldSize } from './world.ts'
import { worldRules } from './world-rules.ts'

/** Goes up whenever the world changes, so that an older one is made anew. */
export const WORLD_VERSION = 3

/** One statement of the seeding, and the table that it fills. */
export interface SeedStep {
  readonly table: string
  readonly sql: string
  readonly values?: readonly unknown[]
}

/** The world of `world.ts` as SQL. Postgres makes it out of numbers, table by table. */
export function seedSteps(size: WorldSize, passwordHash: string): readonly SeedStep[] {
  return [
    {
      table: 'users',
      sql: `insert into users (id, contact_policy)
        select 'user' || i, case when i % 20 = 3 then 'everyone' end from ${numbers(size.users)}`,
    },
    {
      table: 'devices',
      sql: `insert into devices (id, user_id, app, platform)
        select 'device' || i, 'user' || i % ${size.users}, 'chat', 'android'
        from ${numbers(size.devices)}`,
    },
    {
      table: 'device_secrets',
      sql: `insert into device_secrets (device_id, digest)
        select 'device' || i, ${digest(`'${SECRET_PREFIX}' || ${digest(`'device' || i`)}`)}
        from ${numbers(size.devices)}`,
    },
    {
      table: 'user_passwords',
      sql: `insert into user_passwords (user_id, hash)
        select 'user' || i * ${USERS_PER_PASSWORD}, $1
        from ${numbers(size.users / USERS_PER_PASSWORD)}`,
      values: [passwordHash],
    },
    {
      table: 'groups',
      sql: `insert into groups (id) select 'group' || i from ${numbers(size.groups)}`,
    },
    { table: 'memberships', sql: memberships(size) },
    ...crowdSteps(size),
    {
      table: 'contacts',
      sql: `insert into contacts (user_id, contact_id)
        select 'user' || i, 'user' || (i + 1) % ${size.users} from ${numbers(size.contacts)}`,
    },
    {
      table: 'blocks',
      sql: `insert into blocks (user_id, blocked_id)
        select 'user' || i, 'user' || (i + case when i % 7 = 0 then 1 else 2 end) % ${size.users}
        from ${numbers(size.blocks)}`,
    },
    rules(size),
    ...reachSteps(size),
  ]
}

function crowdSteps({ crowd }: WorldSize): readonly SeedStep[] {
  return [
    { table: 'groups', sql: `insert into groups (id) values ('${CROWD_GID}')` },
    {
      table: 'memberships',
      sql: `insert into memberships (group_id, user_id, role)
        select '${CROWD_GID}', 'user' || i, case i when 1 then 'owner' else 'member' end
        from ${numbers(crowd)}`,
    },
  ]
}

/** Whom to notify, and where: a push address for each device, and half of the people online. */
function reachSteps({ users, devices }: WorldSize): readonly SeedStep[] {
  return [
    {
      table: 'addresses',
      sql: `insert into addresses (user_id, device_id, channel, provider, token)
        select 'user' || i % ${users}, 'device' || i, 'push', 'stub',
          lpad(to_hex(i), 64, '0')
        from ${numbers(devices)}`,
    },
    {
      table: 'device_presence',
      sql: `insert into device_presence (device_id, user_id, is_online, node, connected_at,
          clean_start, expiry_seconds, keepalive_seconds, disconnected_at, last_seen_at)
        select 'device' || i, 'user' || i % ${users}, i % 2 = 1, 'emqx@127.0.0.1',
          timestamptz '2026-01-01', false, 7200, 60,
          case when i % 2 = 0 then timestamptz '2026-01-02' end, timestamptz '2026-01-02'
        from ${numbers(devices)}`,
    },
    {
      table: 'preferences',
      sql: `insert into preferences (user_id, locale, hide_preview)
        select 'user' || i * 10, 'en', i % 2 = 0 from ${numbers(users / 10)}`,
    },
  ]
}

function memberships({ users, groups }: WorldSize): string {
  const stride = Math.floor(groups / SEATS)
  return `insert into memberships (group_id, user_id, role, silenced_until)
    select 'group' || (i + seat * ${stride}) % ${groups}, 'user' || i,
      case when seat = 0 and i < ${groups} then 'owner'
        when seat = 1 and i % 10 = 0 then 'admin' else 'member' end,
      case when (i + seat) % 100 = 7 then timestamptz '2100-01-01' end
    from ${numbers(users)}, generate_series(0, ${SEATS - 1}) seat`
}

function rules({ rules, users, groups }: WorldSize): SeedStep {
  const made = worldRules(rules, users, groups)
  return {
    table: 'acl_rules',
    sql: `insert into acl_rules (effect, action, filter, user_id, group_id)
      select effect, action, filter, 'user' || user_number, 'group' || group_number
      from unnest($1::text[], $2::text[], $3::text[], $4::int[], $5::int[])
        rule (effect, action, filter, user_number, group_number)`,
    values: [
      made.map(({ effect }) => effect),
      made.map(({ action }) => action),
      made.map(({ filter }) => filter),
      made.map(({ user }) => user),
      made.map(({ group }) => group),
    ],
  }
}

function numbers(count: number): string {
  return `generate_series(0, ${count - 1}) i`
}

/** SHA-256 in base64url without padding, as device secrets are kept. */
function digest(text: string): string {
  return `rtrim(translate(encode(sha256(convert_to(${text}, 'UTF8')), 'base64'), '+/', '-_'), '=')`
}
