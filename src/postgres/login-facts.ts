import type { Pool } from 'pg'
import type { LoginFacts, StoredSecret } from '../core/access/login.ts'
import type { LoginFactsQuestion, LoginFactsSource } from '../core/ports/login-ports.ts'
import { type CoalesceLimits, coalesce } from './coalesce.ts'

/**
 * A line per login: `user device secrets version`, secrets as `digest:expiry` joined by commas.
 * None of these can hold a space or line break. One text for a batch, and no probe that can be
 * spared, as in `topic-facts.ts`: a device of one's own proves that its user exists.
 */
const SQL = `
select string_agg(
    case
      when d.user_id = q.uid then
        case when exists (select from users u where u.id = q.uid and u.disabled_at is not null)
          then 'disabled' else 'active' end
      else coalesce(
        (select case when u.disabled_at is null then 'active' else 'disabled' end
         from users u where u.id = q.uid),
        (select 'deleted' from deleted_users g where g.id = q.uid and g.released_at is null),
        'unknown')
      end
    || case
      when d.id is null then ' unknown '
      when d.user_id <> q.uid then ' foreign '
      when d.revoked_at is not null then ' revoked '
      when q.proof <> 'secrets' then ' own '
      else ' own ' || coalesce(
        (select string_agg(s.digest || ':' || coalesce(extract(epoch from s.expires_at)::bigint::text, ''), ',')
         from device_secrets s where s.device_id = d.id), '')
      end
    || ' ' || case when q.proof = 'password-version'
      then coalesce((select p.version::text from user_passwords p where p.user_id = q.uid), '')
      else '' end,
    e'\\n' order by q.n) as facts
from unnest(string_to_array($1, e'\\n'), string_to_array($2, e'\\n'), string_to_array($3, e'\\n'))
  with ordinality q (uid, client_id, proof, n)
left join devices d on d.id = q.client_id`

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
      questions.map(({ storedProof }) => storedProof).join('\n'),
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
