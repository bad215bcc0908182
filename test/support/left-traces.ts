import type { ApiWorld } from './api-world.ts'
import type { Sql } from './delivery-rows.ts'

/** In no other word, so that a search for it finds nothing else. */
export const QUINN = 'quinn-q7'
export const DAY = new Date().toISOString().slice(0, 10)
/** In no partition of its own. */
export const OLD_DAY = '2026-01-02'

/** A user with everything that one can have in the directory. */
export async function befriend({ directory }: ApiWorld): Promise<void> {
  const { users, devices, groups, bans, contacts, rules, addresses, notifications } = directory
  await users.add({ uid: QUINN, displayName: `Miss ${QUINN}`, password: 'correct horse' })
  for (const uid of ['bob', 'cleo']) await users.add({ uid })
  await devices.add({ clientId: `${QUINN}-phone`, uid: QUINN })
  await devices.add({ clientId: 'bob-phone', uid: 'bob' })
  await groups.add({ gid: 'hikers', owner: QUINN, members: ['bob'] })
  await groups.add({ gid: 'bikers', owner: 'bob' })
  await bans.add('bikers', QUINN)
  await contacts.add(QUINN, 'bob', 'both-ways')
  await contacts.block(QUINN, 'cleo')
  await contacts.block('cleo', QUINN)
  const rule = { effect: 'allow', action: 'all' } as const
  await rules.add({ ...rule, filter: 'fleet/#', scope: { kind: 'user', uid: QUINN } })
  for (const filter of [`user/${QUINN}/#`, `user/bob/inbox/${QUINN}`, `group/g/inbox/${QUINN}`]) {
    await rules.add({ ...rule, filter, scope: { kind: 'everyone' } })
  }
  await addresses.add({
    channel: 'push',
    clientId: `${QUINN}-phone`,
    provider: 'stub',
    token: `token of ${QUINN}`,
  })
  await addresses.add({ channel: 'push', clientId: 'bob-phone', provider: 'stub', token: 'bob’s' })
  await notifications.set(QUINN, { notify: 'mentions' })
  await notifications.setConversation(QUINN, 'user/bob', { notify: 'none' })
  await notifications.setConversation('bob', `user/${QUINN}`, { notify: 'none' })
  await notifications.setConversation('bob', `user/${QUINN}/application`, { notify: 'none' })
}

export const message = (
  sql: Sql,
  day: string,
  id: number,
  kind: string,
  inbox: string,
  from: string,
  rest = '',
) =>
  sql(
    `insert into messages (day, id, kind, inbox, gid, from_uid, sent_at, expires_at, mentions, content)
     values ($1, $2, $3, $4, $5, $6, $1::date, $1::date + 1, $7, '{"body": "hello"}')`,
    day,
    idOf(id),
    kind,
    inbox,
    inbox.startsWith('group/') ? inbox.slice('group/'.length) : null,
    from,
    rest === '' ? null : ['bob', rest],
  )

export const idOf = (id: number) => `00000000-0000-0000-0000-00000000000${id}`

const delivery = (
  sql: Sql,
  day: string,
  id: number,
  address: string,
  uid: string,
  conversation: string,
) =>
  sql(
    `insert into deliveries (day, message_id, address_id, user_id, device_id, provider, conversation,
       state, decided_at, due_at, expires_at, wake_at)
     values ($1, $2, $3, $4, $4 || '-phone', 'stub', $5, 'sent', $1::date, $1::date, $1::date, $1::date)`,
    day,
    idOf(id),
    address,
    uid,
    conversation,
  )

const slot = (sql: Sql, address: string, conversation: string) =>
  sql(
    `insert into conversation_slots (address_id, conversation, state, carrier_day, carrier_id, is_silent,
       due_at, newest_day, newest_id, newest_at, messages, expires_at)
     values ($1, $2, 'sent', $3, $4, false, $3::date, $3, $4, $3::date, 1, $3::date)`,
    address,
    conversation,
    DAY,
    idOf(1),
  )

/** A history of two days, one in a partition and one in the default one. */
export async function live(sql: Sql): Promise<void> {
  const addresses = await sql('select id, user_id from addresses')
  const addressOf = (uid: string) => String(addresses.find(({ user_id }) => user_id === uid)?.id)
  for (const day of [DAY, OLD_DAY]) {
    await message(sql, day, 1, 'direct-message', 'user/bob', QUINN)
    await message(sql, day, 2, 'direct-message', `user/${QUINN}`, 'bob')
    await message(sql, day, 3, 'group-message', 'group/hikers', 'bob', QUINN)
    await message(sql, day, 4, 'friend-request', 'user/bob', QUINN)
    await message(sql, day, 5, 'clear', `user/${QUINN}`, QUINN)
    await delivery(sql, day, 1, addressOf('bob'), 'bob', `user/${QUINN}`)
    await delivery(sql, day, 4, addressOf('bob'), 'bob', `user/${QUINN}/application`)
    await delivery(sql, day, 3, addressOf(QUINN), QUINN, 'group/hikers')
    await sql(
      `insert into attempts values ($1, $2, $3, 1, 'unavailable', null, null, $1::date)`,
      day,
      idOf(3),
      addressOf(QUINN),
    )
    await sql(`insert into unreached values ($1, $2, 'muted', 2, $3)`, day, idOf(3), [
      'cleo',
      QUINN,
    ])
    await sql(`insert into unreached values ($1, $2, 'muted', 1, $3)`, day, idOf(2), [QUINN])
  }
  await slot(sql, addressOf(QUINN), 'user/bob')
  await slot(sql, addressOf('bob'), `user/${QUINN}`)
  await sql(`insert into awaited_acks values ($1, $2, $3, $3::date, true)`, QUINN, idOf(3), DAY)
  await sql(
    `insert into read_marks values ($1, 'user/bob', $3), ('bob', $2, $3)`,
    QUINN,
    `user/${QUINN}`,
    DAY,
  )
  for (const [scope, subject] of [
    ['user', QUINN],
    ['user', 'bob'],
    ['address', addressOf(QUINN)],
  ]) {
    await sql(`insert into send_counts values ($1, 'stub', $2, $3, 1, 1)`, DAY, scope, subject)
  }
  await sql(
    `insert into device_presence (device_id, user_id, connections) values ($1, $2, $3)`,
    `${QUINN}-phone`,
    QUINN,
    JSON.stringify([[[QUINN, '10.0.0.1:1', 1, null, null]], [], [], null]),
  )
  await sql(
    `insert into rejected_events (dialect, reason, excerpt) values ('emqx5', 'odd', $1)`,
    `{"username":"${QUINN}"}`,
  )
  for (const actor of [`device/${QUINN}-phone`, `user/${QUINN}`]) {
    await sql(`insert into idempotency_keys values ($1, 'k', '', '')`, actor)
  }
  for (const [from, to] of [
    [QUINN, 'bob'],
    ['bob', QUINN],
  ]) {
    await sql(
      `with asked as (
         insert into requests (kind, from_uid, to_uid, state, created_at, asked_at, expires_at, decided_at)
         values ('friend-request', $1::text, $2::text, 'declined', $3::date, $3::date, $3::date + 30, $3::date)
         returning id
       )
       insert into announcements (request_id, topic, payload, wake_at, expires_at)
       select id, 'user/' || $1::text || '/request/' || id,
         json_build_object('from', $1::text, 'to', $2::text), $3::date, $3::date + 1
       from asked`,
      from,
      to,
      DAY,
    )
  }
}
