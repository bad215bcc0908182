import type { Pool } from 'pg'
import type { LoginFacts, StoredSecret } from '../core/access/login.ts'
import type { LoginFactsSource } from '../core/ports/login-ports.ts'
import { type CoalesceLimits, coalesce } from './coalesce.ts'

/**
 * A line per login: `user device version secrets`, secrets as `digest:expiry` joined by commas.
 * None of these can hold a space or line break. One text for a batch, as in `topic-facts.ts`.
 */
const SQL = `
select string_agg(
    coalesce(
      (select case when u.disabled_at is null then 'active' else 'disabled' end
       from users u where u.id = q.uid),
      (select 'deleted' from deleted_users d where d.id = q.uid),
      'unknown')
    || ' ' || coalesce(
      (select case when d.user_id <> q.uid then 'foreign ' when d.revoked_at is not null then 'revoked '
        else 'own ' || coalesce(
          (select string_agg(s.digest || ':' || coalesce(extract(epoch from s.expires_at)::bigint::text, ''), ',')
           from device_secrets s where s.device_id = d.id), '') end
       from devices d where d.id = q.client_id),
      'unknown ')
    || ' ' || coalesce((select p.version::text from user_passwords p where p.user_id = q.uid), ''),
    e'\\n' order by q.n) as facts
from unnest(string_to_array($1, e'\\n'), string_to_array($2, e'\\n'))
  with ordinality q (uid, client_id, n)`

interface LoginFactsQuestion {
  readonly uid: string
  readonly clientId: string
}

/** Reads login facts, logins that arrive together in one query. */
export function createLoginFactsSource(
  pool: Pool,
  limits: CoalesceLimits,
  observeBatch?: (size: number) => void,
): LoginFactsSource {
  return { ask: coalesce((questions) => askAll(pool, questions), limits, observeBatch) }
}

async function askAll(
  pool: Pool,
  questions: readonly LoginFactsQuestion[],
): Promise<readonly LoginFacts[]> {
  const { rows } = await pool.query<{ facts: string }>({
    name: 'login-facts',
    text: SQL,
    // Identifiers hold no line break, and `pg` would quote every element of an array.
    values: [
      questions.map(({ uid }) => uid).join('\n'),
      questions.map(({ clientId }) => clientId).join('\n'),
    ],
  })
  const [row] = rows
  if (row === undefined) throw new Error('the login facts query returned no row')
  return row.facts.split('\n').map(readLine)
}

function readLine(line: string): LoginFacts {
  const [user = '', device = '', secrets = '', version = ''] = line.split(' ')
  return {
    user: USERS.find((state) => state === user) ?? 'unknown',
    device: DEVICES.find((state) => state === device) ?? 'unknown',
    secrets: secrets === '' ? NO_SECRETS : secrets.split(',').map(readSecret),
    passwordVersion: version === '' ? undefined : version,
  }
}

const USERS = ['active', 'disabled', 'deleted', 'unknown'] as const
const DEVICES = ['own', 'foreign', 'revoked', 'unknown'] as const
const NO_SECRETS: readonly StoredSecret[] = []

function readSecret(text: string): StoredSecret {
  const [digest = '', expiresAt = ''] = text.split(':')
  return { digest, expiresAt: expiresAt === '' ? undefined : Number(expiresAt) }
}
