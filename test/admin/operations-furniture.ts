import type { ApiWorld } from '../support/api-world.ts'

/** A message from ann to bob whose two deliveries have failed. */
export const MESSAGE_ID = '0006447af2ad4c7ef44600000a3b0001'
export const DEAD_ID = `20261125-${MESSAGE_ID}-1`
export const KEY_ID = 'aaaabbbbcccc'
export const OTHER_KEY_ID = 'aaaabbbbdddd'

export async function furnishOperations({ pool, directory }: ApiWorld): Promise<void> {
  const scope = { kind: 'everyone' } as const
  await directory.rules.add({ effect: 'allow', action: 'publish', filter: 'open/#', scope })
  await pool.query(`insert into api_keys (id, name, digest, role)
    select id, 'old', decode(repeat('01', 32), 'hex'), 'support' from (values ('${KEY_ID}'), ('${OTHER_KEY_ID}')) k (id)`)
  await pool.query(`insert into messages
      (day, id, kind, inbox, from_uid, sent_at, expires_at, content)
    values ('2026-11-25', '${MESSAGE_ID}', 'direct-message', 'user/bob', 'ann', '2026-11-25T12:00:00Z',
      '2999-01-01', '{"body":"hello"}')`)
  await addDead(pool, MESSAGE_ID, 1)
  await addDead(pool, MESSAGE_ID, 2)
}

/** A delivery that has failed; a test states what differs. */
export async function addDead(
  pool: ApiWorld['pool'],
  messageId: string,
  addressId: number,
  row: Readonly<Record<string, string>> = {},
): Promise<void> {
  const values = {
    day: '2026-11-25',
    user_id: 'bob',
    provider: 'stub',
    conversation: 'user/ann',
    state: 'failed',
    reason: 'no',
    decided_at: '2026-11-25T12:00:00Z',
    due_at: '2026-11-25T12:00:00Z',
    wake_at: '2026-11-25T12:00:00Z',
    expires_at: '2999-01-01',
    finished_at: '2026-11-25T12:00:01Z',
    ...row,
    message_id: messageId,
    address_id: String(addressId),
  }
  const names = Object.keys(values)
  await pool.query(
    `insert into deliveries (${names.join(', ')})
     values (${names.map((_, n) => `$${n + 1}`).join(', ')})`,
    Object.values(values),
  )
}
